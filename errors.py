"""The errors that callers receive. Their messages say what to do."""

from enum import StrEnum
from uuid import UUID


class ErrorCode(StrEnum):
    """The kinds of errors that a caller can correct."""

    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    ILLEGAL_TRANSITION = "ILLEGAL_TRANSITION"
    FORBIDDEN = "FORBIDDEN"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    NOT_CONFIGURED = "NOT_CONFIGURED"


class TopLevelCode(StrEnum):
    """The codes of errors at the top level of a response, in `extensions.code`."""

    FORBIDDEN = "FORBIDDEN"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"


class DomainError(Exception):
    """An error that the caller can correct; nothing was changed.

    `field` is the path to the wrong part of the input.
    """

    code: ErrorCode

    def __init__(self, message: str, field: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def inside(self, *path: str) -> "DomainError":
        """Return the same error with `path` in front of its field."""
        return type(self)(self.message, (*path, *self.field))


class Invalid(DomainError):
    """The input cannot be accepted as it is."""

    code = ErrorCode.INVALID


class NotFound(DomainError):
    """The object does not exist, or the caller may not see it."""

    code = ErrorCode.NOT_FOUND


class Conflict(DomainError):
    """The input contradicts what is stored already."""

    code = ErrorCode.CONFLICT


class IllegalTransition(DomainError):
    """The object cannot change to that status from its present one."""

    code = ErrorCode.ILLEGAL_TRANSITION


class Forbidden(DomainError):
    """The caller's scopes do not allow the operation."""

    code = ErrorCode.FORBIDDEN


class LimitExceeded(DomainError):
    """The request exceeds a limit."""

    code = ErrorCode.LIMIT_EXCEEDED


class NotConfigured(DomainError):
    """The operator of the service has not set what this needs. The message says which setting."""

    code = ErrorCode.NOT_CONFIGURED


class TooManyRequests(LimitExceeded):
    """The client has as much work waiting here as it may. It may succeed a few seconds later."""


class RateLimited(TooManyRequests):
    """The client has used up what it may do in a period of time."""

    def __init__(self, message: str, retry_after: int, field: tuple[str, ...] = ()) -> None:
        """`retry_after` are the seconds after which the client may try again."""
        super().__init__(message, field)
        self.retry_after = retry_after

    def inside(self, *path: str) -> "RateLimited":
        return RateLimited(self.message, self.retry_after, (*path, *self.field))


class TookTooLong(LimitExceeded):
    """The request could not be answered in time. It may succeed when there is less load."""


class Unauthenticated(Exception):
    """The credentials are unknown, expired or revoked.

    The message does not tell which of these; `reason` does, as a code for the operator's log alone,
    and `key_id` is the key's id if there is such a key.
    """

    def __init__(
        self, message: str = "", *, reason: str = "UNKNOWN", key_id: UUID | None = None
    ) -> None:
        super().__init__(message)
        self.reason, self.key_id = reason, key_id


class LogRewound(Exception):
    """The log was put back to an earlier state, so that what was delivered may not be in it. The
    caller must follow anew; a position that the log has lost is refused then."""


class Unavailable(Exception):
    """The database was away, too slow or too busy; trying again helps."""
