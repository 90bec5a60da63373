"""Personal details of an order, which only its customer sees: address, number and total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.item_lines import item_amount
from portal.view_context import ViewContext

LINES = ("name", "company", "line1", "line2")


@dataclass(frozen=True, slots=True)
class PersonalDetails:
    """The address line by line, the shop's order number, and the total.

    `extras` are what the total has beside the prices of the items, None if it has nothing.
    """

    address: tuple[str, ...]
    reference: str | None
    total: str | None
    extras: str | None = None


def view_personal(order: Mapping[str, Any], context: ViewContext) -> PersonalDetails | None:
    """Return the details of an answer that was given to the order's customer, else None."""
    if not context.is_personal:
        return None
    total = order["total"] if context.shows_prices else None
    return PersonalDetails(
        address=_address(order["shippingAddress"], context),
        reference=order["reference"],
        total=total and context.language.money(Decimal(total["amount"]), total["currency"]),
        extras=None if total is None else _extras(order["items"], total, context),
    )


def _extras(
    items: Sequence[Mapping[str, Any]], total: Mapping[str, Any], context: ViewContext
) -> str | None:
    """Return the difference of a total and the prices of the items, if all are known."""
    prices = [item["unitPrice"] for item in items]
    if not items or any(price is None for price in prices):
        return None
    if {price["currency"] for price in prices} != {total["currency"]}:
        return None
    extras = Decimal(total["amount"]) - sum(map(item_amount, items))
    return context.language.money(extras, total["currency"]) if extras else None


def _address(address: Mapping[str, Any] | None, context: ViewContext) -> tuple[str, ...]:
    if address is None:
        return ()
    town = (address["postalCode"], address["city"], address["region"])
    lines = [
        *(address[name] for name in LINES),
        " ".join(part for part in town if part),
        context.language.country(address["country"]),
    ]
    return tuple(line for line in lines if line)
