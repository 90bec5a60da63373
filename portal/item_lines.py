"""The lines of an order: what was ordered, and what became of pieces that do not arrive."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from language.facts import ItemFacts, OrderFacts, ShipmentFacts
from language.messages import PluralMessage, message, plural_message
from language.progress import is_missing, live_pieces
from portal.view_context import ViewContext

TIMES = message("%(number)s ×")
"""How often a thing comes, before its name: 2 × Mug."""
CANCELLED = plural_message("%(number)s cancelled", "%(number)s cancelled")
# Translators: Pieces of an order that the carrier can't find and looks for; later they are lost.
MISSING = plural_message("%(number)s missing", "%(number)s missing")
LOST = plural_message("%(number)s lost", "%(number)s lost")
RETURNED = plural_message("%(number)s came back", "%(number)s came back")
ALL_CANCELLED = message("Cancelled")
IN_PREPARATION = plural_message(
    "%(number)s of %(all)s pieces is still being prepared.",
    "%(number)s of %(all)s pieces are still being prepared.",
)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line of the order. `price` is that of all its pieces, if the viewer may see it."""

    count: str
    name: str
    note: str | None = None
    price: str | None = None


def view_items(
    order: OrderFacts, prices: Mapping[str, str | None], context: ViewContext
) -> tuple[ItemLine, ...]:
    """Return the lines with their prices, which are given by the ids of the items."""
    return tuple(
        ItemLine(
            count_text(item.quantity, context),
            item.name,
            _note(order, item, context),
            prices[item.id],
        )
        for item in order.items
    )


def view_contents(shipment: ShipmentFacts, context: ViewContext) -> tuple[ItemLine, ...]:
    """Return what is in a parcel."""
    return tuple(ItemLine(count_text(one.quantity, context), one.name) for one in shipment.items)


def count_text(number: int, context: ViewContext) -> str:
    return context.language.say(TIMES, number=context.language.number(number))


def item_price(item: Mapping[str, Any], context: ViewContext) -> str | None:
    """Return the price of all pieces of an item of the answer, None if the viewer sees none."""
    unit = item.get("unitPrice")
    if unit is None or not context.shows_prices:
        return None
    return context.language.money(item_amount(item), unit["currency"])


def item_amount(item: Mapping[str, Any]) -> Decimal:
    """Return the price of all pieces of an item of the answer, which has a unit price."""
    return Decimal(item["unitPrice"]["amount"]) * int(item["quantity"])


def preparation_text(order: OrderFacts, context: ViewContext) -> str | None:
    """Return how many pieces are in no parcel yet while others are; None if there are none."""
    ordered = live_pieces(order)
    waiting = ordered - sum(item.allocated_quantity for item in order.items)
    if not 0 < waiting < ordered:
        return None
    language = context.language
    return language.count(IN_PREPARATION, waiting, all=language.number(ordered))


def _note(order: OrderFacts, item: ItemFacts, context: ViewContext) -> str | None:
    if item.cancelled_quantity == item.quantity:
        return context.language.say(ALL_CANCELLED)
    missing = min(_missing_pieces(order, item), item.lost_quantity)
    counts: tuple[tuple[int, PluralMessage], ...] = (
        (item.cancelled_quantity, CANCELLED),
        (missing, MISSING),
        (item.lost_quantity - missing, LOST),
        (item.returned_quantity, RETURNED),
    )
    notes = [context.language.count(text, number) for number, text in counts if number]
    return context.language.list(notes) if notes else None


def _missing_pieces(order: OrderFacts, item: ItemFacts) -> int:
    missing = [shipment for shipment in order.shipments if is_missing(order, shipment)]
    pieces = (one for shipment in missing for one in shipment.items if one.item_id == item.id)
    return sum(one.quantity for one in pieces)
