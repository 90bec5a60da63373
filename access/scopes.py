"""Who may do and read what: scopes, viewers, API keys, and the table of fields."""

import binascii
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from uuid import UUID

from errors import Forbidden


class Scope(StrEnum):
    """A right of an API key."""

    ORDERS_READ = "ORDERS_READ"
    ORDERS_WRITE = "ORDERS_WRITE"
    PERSONAL_READ = "PERSONAL_READ"
    TRACKING_WRITE = "TRACKING_WRITE"
    EXCEPTIONS_WRITE = "EXCEPTIONS_WRITE"
    ANALYTICS_READ = "ANALYTICS_READ"
    ADMIN = "ADMIN"


class Audience(StrEnum):
    """Who may read a field of an order, and of all that belongs to it."""

    HOLDER = "whoever holds the tracking id"
    PARTY = "the customer, and staff"
    PERSONAL = "the customer, and staff that may read personal data"
    STAFF = "staff"


NEEDED_SCOPES: Mapping[Audience, frozenset[Scope]] = MappingProxyType(
    {
        Audience.HOLDER: frozenset(),
        Audience.PARTY: frozenset({Scope.ORDERS_READ}),
        Audience.PERSONAL: frozenset({Scope.ORDERS_READ, Scope.PERSONAL_READ}),
        Audience.STAFF: frozenset({Scope.ORDERS_READ}),
    }
)


@cache
def _reads(scopes: frozenset[Scope]) -> frozenset[Scope]:
    return frozenset(READING) if Scope.ADMIN in scopes else scopes.intersection(READING)


READING = (Scope.ORDERS_READ, Scope.PERSONAL_READ, Scope.ANALYTICS_READ)
"""The scopes that say what is shown; the others say what may be done."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever asks. Its rights are its scopes; ADMIN has them all."""

    name: str
    scopes: frozenset[Scope] = frozenset()
    key_id: UUID | None = None

    def has(self, scope: Scope) -> bool:
        return scope in self.scopes or Scope.ADMIN in self.scopes

    @property
    def reads(self) -> frozenset[Scope]:
        """What it may read: all who may read the same are shown the same."""
        return _reads(self.scopes)

    def may_read(self, audience: Audience) -> bool:
        return all(self.has(scope) for scope in NEEDED_SCOPES[audience])

    def demand(self, scope: Scope) -> None:
        """Raises Forbidden, naming the scope."""
        if not self.has(scope):
            raise Forbidden(f"This needs an API key with the scope {scope}.")

    @property
    def identity(self) -> str:
        """What tells this viewer from every other one of the same name."""
        return str(self.key_id or self.name)


ANONYMOUS = Viewer("anonymous")
SYSTEM = Viewer("system", frozenset({Scope.ADMIN}))

KEY_PREFIX = "wa_live_"
_SECRET_BYTES = 20
"""160 random bits: no list of hashes gives them away, so the hash needs no salt."""
_HINT_LENGTH = len(KEY_PREFIX) + 4


def new_key() -> str:
    """A secret with a checksum behind it, by which scanners and typing errors are told."""
    secret = secrets.token_hex(_SECRET_BYTES)
    return f"{KEY_PREFIX}{secret}{_checksum(secret)}"


def is_key_shaped(key: str) -> bool:
    """Whether it can be a key at all; asks no database."""
    body = key.removeprefix(KEY_PREFIX)
    return body != key and body.isascii() and _checksum(body[:-8]) == body[-8:]


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def key_hint(key: str) -> str:
    """How the key begins: enough to recognise it in a list."""
    return key[:_HINT_LENGTH]


def _checksum(secret: str) -> str:
    return f"{binascii.crc32(secret.encode()):08x}"


_HOLDER, _PARTY, _PERSONAL, _STAFF = Audience
READABLE: Mapping[str, Mapping[str, Audience]] = MappingProxyType(
    {
        "Order": {
            "reference": _PARTY,
            "total": _PARTY,
            "customer": _PERSONAL,
            "shippingAddress": _PERSONAL,
            "metadata": _STAFF,
            "holdReason": _STAFF,
            "cancelReason": _STAFF,
            "history": _STAFF,
        },
        "OrderItem": {"unitPrice": _PARTY},
        "Location": {
            "name": _PARTY,
            "postalCode": _PARTY,
            "latitude": _PARTY,
            "longitude": _PARTY,
        },
        "DeliveryEstimate": {"reason": _STAFF},
        "Shipment": {"signedBy": _PERSONAL},
        "TrackingEvent": {
            "description": _PARTY,
            "signedBy": _PERSONAL,
            "source": _STAFF,
            "carrierCode": _STAFF,
        },
        "OrderException": {
            "summary": _STAFF,
            "assignee": _STAFF,
            "waitingOn": _STAFF,
            "dueAt": _STAFF,
            "reopenedCount": _STAFF,
            "notes": _STAFF,
        },
        "Change": {"actor": _STAFF, "reason": _STAFF, "differences": _STAFF},
    }
)
"""Every field that not every holder of the tracking id may read. What is not named here, he may.

Beside it: `nextStatuses` is empty for holders, and `Change` stands for each kind of change.
"""


def audience_of(type_name: str, field_name: str) -> Audience:
    return READABLE.get(type_name, {}).get(field_name, Audience.HOLDER)
