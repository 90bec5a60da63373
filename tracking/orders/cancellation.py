"""Cancelling pieces of an order, with the shipments that are left without any."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from errors import Invalid
from models.allocation import Parcel
from models.cancellation import (
    cancel_pieces,
    cancellable_quantity,
    missing_pieces,
    waiting_parcels,
)
from models.enums import OrderStatus
from models.orders import OrderItem
from models.shipments import Shipment
from tracking.change_recorder import ChangeRecorder
from tracking.differences import difference
from tracking.inputs import PiecesDraft
from tracking.orders.loaded_orders import LoadedOrder
from tracking.pieces import NamedPieces, check_pieces, item_labels
from unit_of_work.unit_of_work import UnitOfWork


def cancel_unshipped(loaded: LoadedOrder, reason: str, happened_at: datetime) -> None:
    """Cancel all pieces that have not shipped, and the shipments that have not moved."""
    for shipment in loaded.shipments:
        if not shipment.has_moved and shipment.withdrawn_at is None:
            _withdraw(shipment, reason, happened_at)
            for content in loaded.contents[shipment.id]:
                content.held_quantity = 0
    for item in loaded.items:
        item.cancelled_quantity = item.quantity - item.shipped_quantity


def cancel_items(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    drafts: Sequence[PiecesDraft],
    recorder: ChangeRecorder,
    reason: str,
    happened_at: datetime,
) -> None:
    """Cancel the named pieces, at first those in no shipment.

    Shipments that have not moved go on with what is left in them, and are cancelled if nothing is.
    A cancelled one keeps on record what was in it, so that a scan can revive it. Raises NotFound
    and Invalid.
    """
    pieces = _cancellable_pieces(loaded, drafts)
    waiting = waiting_parcels(loaded.parcels)
    before = {content.id: content.quantity for parcel in waiting for content in parcel.contents}
    cancel_pieces(pieces, loaded.parcels)
    for parcel in waiting:
        quantities = [(content, before[content.id]) for content in parcel.contents]
        if not any(content.quantity for content in parcel.contents):
            _withdraw(parcel.shipment, reason, happened_at)
            for content, quantity in quantities:
                content.quantity = quantity
        elif any(content.quantity != quantity for content, quantity in quantities):
            _shrink(uow, loaded, parcel, before, recorder, happened_at)


def _cancellable_pieces(
    loaded: LoadedOrder, drafts: Sequence[PiecesDraft]
) -> list[tuple[OrderItem, int]]:
    if not drafts:
        raise Invalid(
            "Send at least one item, or leave items out to cancel all that has not shipped.",
            ("items",),
        )
    missing = missing_pieces(loaded.parcels)
    pieces = check_pieces(loaded.items, drafts, "items")
    for named in pieces:
        _refuse_too_many(named, cancellable_quantity(named.item, missing[named.item.id]))
    return [(named.item, named.quantity) for named in pieces]


def _refuse_too_many(named: NamedPieces, most: int) -> None:
    if named.quantity > most:
        item = named.item
        rest = f"Send a quantity of at most {most}." if most else "Leave this item out."
        raise Invalid(
            f"At most {most} of {item.sku} can be cancelled: of {item.quantity} pieces"
            f" {item.quantity - item.cancelled_quantity - most} have left and"
            f" {item.cancelled_quantity} are cancelled already. {rest}",
            named.path,
        )


def _withdraw(shipment: Shipment, reason: str, happened_at: datetime) -> None:
    shipment.withdrawn_at = happened_at
    shipment.cancel_reason = reason


def _shrink(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    parcel: Parcel,
    before: dict[UUID, int],
    recorder: ChangeRecorder,
    happened_at: datetime,
) -> None:
    """Record what was taken out of the parcel, and remove the items of which it has none left."""
    shipment, content_of = parcel.shipment, {row.item_id: row for row in parcel.contents}
    differences = [
        difference(f"items.{label}.quantity", before[content.id], content.quantity)
        for item_id, label in item_labels(loaded.items).items()
        if (content := content_of.get(item_id)) and content.quantity != before[content.id]
    ]
    for content in parcel.contents:
        if content.quantity == 0:
            uow.rows.remove(content)
    loaded.contents[shipment.id] = [content for content in parcel.contents if content.quantity]
    shipment.updated_at = uow.now
    recorder.shipment_amended(shipment, differences, happened_at)


def record_cancelled_pieces(
    recorder: ChangeRecorder, loaded: LoadedOrder, before: dict[UUID, int], happened_at: datetime
) -> None:
    """Record how many pieces of which items are cancelled now, unless the whole order is."""
    labels = item_labels(loaded.items)
    differences = [
        difference(
            f"items.{labels[item.id]}.cancelledQuantity", before[item.id], item.cancelled_quantity
        )
        for item in loaded.items
        if item.cancelled_quantity != before[item.id]
    ]
    if differences and loaded.order.status is not OrderStatus.CANCELLED:
        recorder.order_amended(differences, happened_at)
