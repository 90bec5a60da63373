"""Carrier bounds: the carriers to whose shipments a partner's credentials are bounded."""

from collections.abc import Collection, Iterable

from access.scopes import Scope
from errors import Invalid, LimitExceeded
from models.carriers import checked_carrier

MAXIMUM_CARRIERS = 50
"""Carriers of one partner: above the largest group of companies, and every row that the partner may
see is compared with all of them."""


def stored_bounds(carriers: Collection[str] | None) -> frozenset[str] | None:
    """Return the bounds of credentials as a viewer has them, from the column `carriers`."""
    return None if carriers is None else frozenset(carriers)


def checked_carriers(carriers: Collection[str] | None, scopes: Iterable[Scope]) -> list[str] | None:
    """Return the codes in their stored form, each once and in order; None bounds nothing.

    Raises Invalid for an empty collection, for a text that is not a carrier's code and for
    credentials with ADMIN, whose rights no bounds can narrow, and LimitExceeded for more than
    MAXIMUM_CARRIERS.
    """
    if carriers is None:
        return None
    if not carriers:
        raise Invalid(
            "Give at least one carrier: a key without any would see nothing. Leave carriers out"
            " for a key that sees the shipments of all.",
            ("carriers",),
        )
    if len(carriers) > MAXIMUM_CARRIERS:
        raise LimitExceeded(
            f"A key is bounded to at most {MAXIMUM_CARRIERS} carriers.", ("carriers",)
        )
    if Scope.ADMIN in scopes:
        raise Invalid("A key with the scope ADMIN cannot be bounded to carriers.", ("carriers",))
    return sorted({checked_carrier(carrier, "carriers") for carrier in carriers})
