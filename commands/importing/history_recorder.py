"""The recording of histories: by the same commands as if it had happened here, at its own times."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from access.viewer import Viewer
from commands.importing.history import HistoryDraft
from commands.importing.values.times import Occasion
from errors import Conflict, DomainError
from models.enums import TimePrecision, TrackingEventType
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from models.shipments import Shipment
from tracking.events.commands import record_events
from tracking.inputs import DispatchDraft, EventDraft, PiecesDraft, ShipmentDraft
from tracking.orders.commands import cancel_order, confirm_order
from tracking.shipments.creation import create_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

SOURCE = "import"
CANCEL_REASON = "Cancelled before it was imported."


async def unrecorded(histories: Mapping[UUID, Sequence[HistoryDraft]]) -> Sequence[Order]:
    """Return the orders that do not have all of their history yet, as far as it can be told."""
    ids = list(histories)
    orders = await Order.filter(id__in=ids)
    with_shipment = await _with_shipment(ids)
    return [
        order
        for order in orders
        if len(histories[order.id]) > 1
        or not _is_recorded(order, histories[order.id][0], order.id in with_shipment)
    ]


async def record_history(
    tracker: Tracker, viewer: Viewer, order: Order, history: HistoryDraft
) -> None:
    """Record what is missing of an order's history. Raises DomainError if it does not fit.

    What an earlier import has recorded, it leaves as it is. An order whose shipments somebody
    else has made keeps them.
    """
    if history.cancelled_at is not None:
        at = _moment(history.cancelled_at, order)
        await cancel_order(tracker, viewer, order.tracking_id, CANCEL_REASON, at)
        return
    if order.confirmed_at is None:
        await confirm_order(tracker, viewer, order.tracking_id, order.placed_at)
        # The order may have another history, whose shipment needs no second confirmation.
        order.confirmed_at = order.placed_at
    shipment = await _shipment(tracker, viewer, order, history)
    if shipment is None:
        return
    if history.carrier is not None and shipment.dispatched_at is None:
        dispatch = DispatchDraft(
            carrier=history.carrier,
            tracking_number=history.tracking_number,
            occurred_at=_shipped_at(order, history),
        )
        id_ = node_id(NodeType.SHIPMENT, shipment.id)
        await dispatch_shipment(tracker, viewer, id_, dispatch)
    events = list(_events(shipment, history))
    if events:
        outcomes = await record_events(tracker, viewer, SOURCE, events)
        for outcome in outcomes:
            if isinstance(outcome, DomainError):
                raise outcome


async def _with_shipment(order_ids: Sequence[UUID]) -> set[UUID]:
    shipments = await Shipment.filter(order_id__in=order_ids).only("order_id")
    return {shipment.order_id for shipment in shipments}


def _is_recorded(order: Order, history: HistoryDraft, has_shipment: bool) -> bool:
    if history.cancelled_at is not None:
        return order.cancelled_at is not None
    if history.delivered_at is not None:
        return order.delivered_at is not None
    if history.shipped_at is not None:
        return order.shipped_at is not None
    return has_shipment


async def _shipment(
    tracker: Tracker, viewer: Viewer, order: Order, history: HistoryDraft
) -> Shipment | None:
    """Return the shipment that this import has made, None if somebody else has made others."""
    lines = "".join(f":{line}" for line in history.lines)
    draft = ShipmentDraft(
        items=await _pieces(order, history),
        occurred_at=_shipped_at(order, history),
        idempotency_key=f"history:{hashlib.sha256(f'{order.id}{lines}'.encode()).hexdigest()}",
    )
    try:
        id_ = await create_shipment(tracker, viewer, order.tracking_id, draft)
    except Conflict:
        return None
    return await Shipment.get(id=id_)


async def _pieces(order: Order, history: HistoryDraft) -> list[PiecesDraft] | None:
    """Return the pieces of the history's lines, None for all that are in no shipment yet."""
    if not history.lines:
        return None
    items = await OrderItem.filter(order_id=order.id, line__in=history.lines).order_by("line")
    return [
        PiecesDraft(item_id=node_id(NodeType.ITEM, item.id), quantity=item.quantity)
        for item in items
    ]


def _shipped_at(order: Order, history: HistoryDraft) -> datetime | None:
    occasion = history.shipped_at or history.delivered_at
    return None if occasion is None else _moment(occasion, order)


def _moment(occasion: Occasion, order: Order) -> datetime:
    """Return when it happened; on a day alone, not before the order was placed on that day."""
    return max(occasion.start, min(order.placed_at, occasion.end))


def _events(shipment: Shipment, history: HistoryDraft) -> Iterable[EventDraft]:
    for type_, occasion in (
        (TrackingEventType.PICKED_UP, history.shipped_at),
        (TrackingEventType.DELIVERED, history.delivered_at),
    ):
        if occasion is not None:
            yield EventDraft(
                shipment_id=node_id(NodeType.SHIPMENT, shipment.id),
                type=type_,
                occurred_at=occasion.start,
                precision=TimePrecision.DAY if occasion.is_day else TimePrecision.SECOND,
                source_event_id=f"{shipment.id}:{type_.lower()}",
            )
