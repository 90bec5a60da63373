"""What can go wrong, in words that say what to do."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """What kind of refusal a caller can mend."""

    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    ILLEGAL_TRANSITION = "ILLEGAL_TRANSITION"
    FORBIDDEN = "FORBIDDEN"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"


class DomainError(Exception):
    """The caller can mend it; nothing was changed. `field` is the path to what was wrong."""

    code: ErrorCode

    def __init__(self, message: str, field: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def inside(self, *path: str) -> "DomainError":
        """The same refusal, of something inside `path`."""
        return type(self)(self.message, (*path, *self.field))


class Invalid(DomainError):
    """What was given cannot be so."""

    code = ErrorCode.INVALID


class NotFound(DomainError):
    """There is no such thing, or none that the caller may see."""

    code = ErrorCode.NOT_FOUND


class Conflict(DomainError):
    """It contradicts what is already there."""

    code = ErrorCode.CONFLICT


class IllegalTransition(DomainError):
    """It cannot move to that status from where it is."""

    code = ErrorCode.ILLEGAL_TRANSITION


class Forbidden(DomainError):
    """The caller's scopes do not allow it."""

    code = ErrorCode.FORBIDDEN


class LimitExceeded(DomainError):
    """More than there may be."""

    code = ErrorCode.LIMIT_EXCEEDED


class TookTooLong(LimitExceeded):
    """More than could be done in time; at a quieter time, it may be possible."""


class Unauthenticated(Exception):
    """The API key is unknown, expired or revoked."""


class Unavailable(Exception):
    """The database did not answer in time, or was too busy; trying again helps."""
