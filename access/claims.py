"""Claims: what an identity provider says of a person or a program, and the viewer that follows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from access.carrier_bounds import checked_carriers
from access.names import checked_name
from access.scopes import Scope
from access.viewer import Viewer
from errors import DomainError, Invalid
from models.sessions import SUBJECT_LENGTH


class TokenFault(StrEnum):
    """The faults of a token, as the log of security events has them. The caller is told none."""

    NOT_CONFIGURED = auto()
    MALFORMED = auto()
    ALGORITHM = auto()
    UNKNOWN_KEY = auto()
    SIGNATURE = auto()
    EXPIRED = auto()
    NOT_YET_VALID = auto()
    LIVES_TOO_LONG = auto()
    ISSUER = auto()
    AUDIENCE = auto()
    NONCE = auto()
    CLAIMS = auto()
    NAME = auto()
    CARRIERS = auto()
    BOUNDED_ADMIN = auto()


class RefusedToken(Exception):
    """A token is not accepted."""

    def __init__(self, fault: TokenFault) -> None:
        super().__init__(fault.name)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """The names of the claims that are read.

    A name with dots leads into objects, as `realm_access.roles`, unless a claim has it as a whole.
    Without a name for `carriers`, nobody is bounded.
    """

    scopes: str
    name: str
    carriers: str = ""


def viewer_of(
    claims: Mapping[str, Any], names: ClaimNames, expires_at: datetime | None = None
) -> Viewer:
    """Return the viewer. Words of the scopes that are not ours mean nothing.

    Raises RefusedToken for an issuer or a subject that is too long, for a name that is missing, too
    long or reserved, for carriers that are not a text or a list of texts, and for a bounded
    administrator.
    """
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    if max(len(issuer), len(subject)) > SUBJECT_LENGTH:
        raise RefusedToken(TokenFault.CLAIMS)
    scopes = frozenset(_scopes(_claim(claims, names.scopes)))
    bounds = _claim(claims, names.carriers) if names.carriers else None
    carriers = _carriers(bounds, scopes)
    return Viewer(
        _name(_claim(claims, names.name)),
        scopes,
        key_id=identity_id(issuer, subject),
        carriers=carriers,
        expires_at=expires_at,
        subject=(issuer, subject),
    )


def identity_id(issuer: str, subject: str) -> UUID:
    """Return the id for which the limits of one person or program are counted."""
    return uuid5(NAMESPACE_URL, f"{issuer}\n{subject}")


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    if name in claims:
        return claims[name]
    value: Any = claims
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _words(value: Any) -> list[str] | None:
    """Return the words of a text separated by spaces, or of a list; None for anything else."""
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return value
    return None


def _scopes(value: Any) -> list[Scope]:
    words = _words(value) or ()
    found = [Scope[word.upper()] for word in words if word.upper() in Scope.__members__]
    # Many providers give their own administrators a role "admin", which is not ours.
    return [scope for scope in found if scope is not Scope.ADMIN or Scope.ADMIN in words]


def _carriers(value: Any, scopes: Collection[Scope]) -> frozenset[str] | None:
    if value is None:
        return None
    if Scope.ADMIN in scopes:
        raise RefusedToken(TokenFault.BOUNDED_ADMIN)
    try:
        return frozenset(checked_carriers(_words(value) or (), scopes) or ())
    except DomainError:
        raise RefusedToken(TokenFault.CARRIERS) from None


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise RefusedToken(TokenFault.NAME)
    try:
        return checked_name(value)
    except Invalid:
        raise RefusedToken(TokenFault.NAME) from None
