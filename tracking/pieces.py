"""Pieces of order lines: those that callers name, and words that tell where the others are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from errors import Invalid, NotFound
from models.node_ids import NodeType, node_id, parse_id
from models.orders import OrderItem
from tracking import validation
from tracking.inputs import PiecesDraft

ANOTHER_ORDER = "To send more, place another order, and name this one in its metadata."


@dataclass(frozen=True, slots=True)
class NamedPieces:
    """Pieces of an item that a caller names; `path` leads to their quantity in the input."""

    item: OrderItem
    quantity: int
    path: tuple[str, ...]


def check_pieces(
    items: Iterable[OrderItem], drafts: Sequence[PiecesDraft], *path: str
) -> list[NamedPieces]:
    """Return the pieces that the drafts name.

    Raises NotFound for an item of another order, and Invalid for a wrong quantity and for an item
    that is named twice.
    """
    item_by_id = {item.id: item for item in items}
    pieces = [
        _check_item(item_by_id, draft, (*path, str(place))) for place, draft in enumerate(drafts)
    ]
    if len({named.item.id for named in pieces}) < len(pieces):
        raise Invalid("The same item is listed twice. Send it once, with its total quantity.", path)
    return pieces


def _check_item(
    items: dict[UUID, OrderItem], draft: PiecesDraft, path: tuple[str, ...]
) -> NamedPieces:
    item_id = parse_id(NodeType.ITEM, draft.item_id)
    item = None if item_id is None else items.get(item_id)
    if item is None:
        raise NotFound(
            "The order has no item with this id. Send the id of one of its items.",
            (*path, "itemId"),
        )
    where = (*path, "quantity")
    return NamedPieces(item, validation.quantity(draft.quantity, *where), where)


def item_labels(items: Sequence[OrderItem]) -> dict[UUID, str]:
    """Return the names of items in differences: the sku, with the id if several lines have it."""
    lines = Counter(item.sku for item in items)
    return {
        item.id: item.sku if lines[item.sku] == 1 else f"{item.sku}[{_id(item)}]" for item in items
    }


def _id(item: OrderItem) -> str:
    return node_id(NodeType.ITEM, item.id)


def nothing_left(items: Sequence[OrderItem]) -> str:
    """Return why no piece can go into a new shipment, and what can be done."""
    return f"No pieces are left to ship: {_places(items)}. {_advice(items)}"


def too_few_left(item: OrderItem) -> str:
    """Return why not so many pieces can go into a new shipment, and what can be done."""
    places = _places([item])
    if item.free_quantity == 0:
        return f"No pieces of {item.sku} are left to ship: {places}. {_advice([item])}"
    left = f"At most {item.free_quantity} of {item.sku} can be shipped now"
    reason = f"{left}: {places}" if places else left
    return f"{reason}. Send a smaller quantity."


def _places(items: Sequence[OrderItem]) -> str:
    """Return where the pieces are that are not free, as in "1 is cancelled, 2 are lost"."""
    cancelled = sum(item.cancelled_quantity for item in items)
    returned = sum(item.returned_quantity for item in items)
    lost = sum(item.lost_quantity for item in items)
    shipped = sum(item.shipped_quantity for item in items) - lost - returned
    places = (
        (cancelled, "is cancelled", "are cancelled"),
        (_waiting(items), "is in a shipment already", "are in shipments already"),
        (shipped, "has shipped", "have shipped"),
        (lost, "is lost", "are lost"),
        (returned, "came back", "came back"),
    )
    return ", ".join(
        f"{count} {singular if count == 1 else plural}"
        for count, singular, plural in places
        if count
    )


def _advice(items: Sequence[OrderItem]) -> str:
    if _waiting(items):
        return "shipmentCancel frees the pieces of a shipment that has not moved."
    return ANOTHER_ORDER


def _waiting(items: Sequence[OrderItem]) -> int:
    return sum(item.allocated_quantity - item.shipped_quantity for item in items)
