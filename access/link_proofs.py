"""Proofs: what somebody says to show that an order is theirs, and how often they may be wrong.

Whoever only guesses learns nothing: an unknown order and a wrong proof are counted, take as long
and are answered alike.
"""

import asyncio
import unicodedata
from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from access.rate_limits import RateLimit, RateLimits
from access.security_events import SecurityEvent, record
from errors import Invalid, NotFound
from models.customers import EMAIL_LENGTH, IDENTITY_LENGTH
from models.orders import POSTAL_CODE_LENGTH, Order
from models.search import searchable
from models.tracking_ids import parse_tracking_id
from models.values import optional_text

HOUR = 3600
WRONG_PER_ORDER = RateLimit(
    "link_proofs_per_order",
    10,
    HOUR,
    "There were 10 wrong proofs for this order within an hour, so none is taken for a while.",
)
"""A postal code has few likely values for somebody who knows the town: ten of them leave most."""
WRONG_PER_UNKNOWN_ORDER = replace(WRONG_PER_ORDER, name="link_proofs_per_unknown_order")
"""Names that no order has are limited alike, so that nobody can tell them apart. The limit is one
of its own because strangers invent names without end: those push no order's count out of memory."""
WRONG_PER_NETWORK = RateLimit(
    "link_proofs_per_address",
    50,
    HOUR,
    "There were 50 wrong proofs from this address within an hour, so none is taken for a while.",
)
"""Some people share an address and mistype, but nobody has so many orders."""
OTHER_DASHES = "\N{MINUS SIGN}\N{SOFT HYPHEN}\N{HYPHEN BULLET}"
"""Signs that look like dashes, and which Unicode does not count among them."""
NOBODY = "nobody"
"""Compared with in place of a value that is not stored; equality with it proves nothing."""
WRONG = "No order has this id or reference together with this postal code or e-mail address."


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A request for a link: one of the first two values names the order, and one of the others
    proves that it is the caller's."""

    tracking_id: str | None = None
    reference: str | None = None
    postal_code: str | None = None
    email: str | None = None

    def check(self, *, needs_proof: bool) -> None:
        """Raise Invalid for texts that are empty or too long, and unless exactly one of the first
        two, and if that is needed one of the others, is given."""
        optional_text(self.reference, IDENTITY_LENGTH, "reference")
        optional_text(self.postal_code, POSTAL_CODE_LENGTH, "postalCode")
        optional_text(self.email, EMAIL_LENGTH, "email")
        if (self.tracking_id is None) == (self.reference is None):
            raise Invalid("Give either trackingId or reference.", ("trackingId",))
        if needs_proof and (self.postal_code is None) == (self.email is None):
            raise Invalid("Give either postalCode or email.", ("postalCode",))

    def name_key(self) -> str:
        """Return the name under which the tries for an unknown order are counted."""
        name = self.reference or parse_tracking_id(self.tracking_id or "") or self.tracking_id or ""
        return sha256(name.encode(errors="replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class NamedOrder:
    """An order that somebody has named, with what proves that it is theirs."""

    id: UUID
    tracking_id: str
    link_version: int
    postal_code: str | None
    email: str | None


async def find_order(request: LinkRequest) -> NamedOrder | None:
    """Return the order that the request names, with one statement.

    None is asked for a tracking id whose check character is wrong.
    """
    named: dict[str, Any] = {"reference": request.reference}
    if request.tracking_id is not None:
        named = {"tracking_id": parse_tracking_id(request.tracking_id)}
    if None in named.values():
        return None
    rows = await Order.filter(**named).values_list(
        "id", "tracking_id", "link_version", "address__postal_code", "customer__email"
    )
    return NamedOrder(*rows[0]) if rows else None


class ProofCounter:
    """Counts wrong proofs, in this process or through Redis in all of them.

    Proofs for one order, and those from one address, are judged one after another: of many at once,
    not all may come before the first is counted.
    """

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def require(
        self, request: LinkRequest, order: NamedOrder | None, network: str
    ) -> NamedOrder:
        """Return the order if the request proves that it is the caller's, who has this network.

        Raises NotFound, and RateLimited if there were too many wrong proofs, also for a right one.
        """
        per_order = WRONG_PER_UNKNOWN_ORDER if order is None else WRONG_PER_ORDER
        name = request.name_key() if order is None else str(order.id)
        async with self._lock("network", network), self._lock("order", name):
            await self._limits.demand(WRONG_PER_NETWORK, network)
            await self._limits.demand(per_order, name)
            if _is_right(request, order) and order is not None:
                return order
            record(SecurityEvent.LINK_PROOF_FAILED, object_id=None if order is None else order.id)
            await self._limits.take(WRONG_PER_NETWORK, network)
            await self._limits.take(per_order, name)
        raise NotFound(WRONG)

    def _lock(self, kind: str, name: str) -> asyncio.Lock:
        return self._locks.setdefault((kind, name), asyncio.Lock())


def _is_right(request: LinkRequest, order: NamedOrder | None) -> bool:
    """Compare in a time that tells neither the values nor whether there is such an order."""
    if request.email is not None:
        stored, given = order and order.email, _comparable_email(request.email)
        stored = stored and _comparable_email(stored)
    else:
        stored, given = order and order.postal_code, _comparable_code(request.postal_code or "")
        stored = stored and _comparable_code(stored)
    is_equal = compare_digest(_digest(stored or NOBODY), _digest(given))
    return is_equal and bool(stored)


def _comparable_email(email: str) -> str:
    return searchable(email.strip())


def _comparable_code(postal_code: str) -> str:
    """Return the code without what people write in different ways: 50010-000, 50010 000."""
    signs = (sign for sign in postal_code if not sign.isspace() and not _is_dash(sign))
    return "".join(signs).casefold()


def _is_dash(sign: str) -> bool:
    return sign in OTHER_DASHES or unicodedata.category(sign) == "Pd"


def _digest(value: str) -> bytes:
    return sha256(value.encode()).digest()
