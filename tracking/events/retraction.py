"""Retraction by a person: of the event that they name, and of its copy under a corrected number."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from database.retries import ConcurrentChange
from errors import NotFound
from models.events import TrackingEvent
from models.node_ids import NodeType, parse_id
from models.shipments import Shipment
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.events.shipment_events import mark_retracted
from tracking.orders.loaded_orders import LoadedOrder, lock_orders
from tracking.reconciliation import reconcile
from tracking.shipments.tracking_number_locks import lock_numbers
from unit_of_work.unit_of_work import UnitOfWork, command


class LoadedEvent(NamedTuple):
    """An event with its order and shipment, all under the order's lock."""

    order: LoadedOrder
    shipment: Shipment
    event: TrackingEvent


@command
async def retract_event(uow: UnitOfWork, id_: str, reason: str) -> UUID:
    """Retract an event and return its shipment's id. The event is stored, but no longer counts.

    If the event was withdrawn from a shipment with a wrong number, its copy is retracted, too.
    """
    reason = validation.reason(reason)
    event = await _find_event(id_)
    copy = await _lock_latest_copy(uow, event)
    order_ids = {row.order_id for row in (event, copy) if row.order_id is not None}
    orders = await lock_orders(uow, order_ids)
    original = _loaded_event(orders, event.id)
    if original.event.moved_to_id != event.moved_to_id:
        raise ConcurrentChange
    recorders: dict[UUID, ChangeRecorder] = {}
    if copy.shipment_id is None:
        uow.rows.track([copy])
        _retract(uow, original._replace(event=copy), original.event, reason, recorders)
    else:
        loaded_copy = _loaded_event(orders, copy.id)
        _retract(uow, loaded_copy, loaded_copy.event, reason, recorders)
    _retract(uow, original, original.event, reason, recorders)
    for order_id, recorder in recorders.items():
        reconcile(uow, orders[order_id], recorder, uow.now)
    return original.shipment.id


async def _find_event(id_: str) -> TrackingEvent:
    event_id = parse_id(NodeType.EVENT, id_)
    rows = await TrackingEvent.filter(id=event_id, shipment_id__not_isnull=True)
    if event_id is None or not rows:
        raise NotFound("No tracking event has this id.", ("id",))
    return rows[0]


async def _lock_latest_copy(uow: UnitOfWork, event: TrackingEvent) -> TrackingEvent:
    """Return the event's latest copy, or itself, under the lock of the number it waits for."""
    copy = event
    while copy.moved_to_id is not None:
        copy = await TrackingEvent.get(id=copy.moved_to_id)
    if copy.carrier is not None and copy.number_key is not None:
        await lock_numbers(uow, [(copy.carrier, copy.number_key)])
        copy = await TrackingEvent.get(id=copy.id)
    if copy.moved_to_id is not None:
        raise ConcurrentChange
    return copy


def _loaded_event(orders: Mapping[UUID, LoadedOrder], event_id: UUID) -> LoadedEvent:
    """Return the event from its loaded order. Raises ConcurrentChange if it has left that order."""
    for order in orders.values():
        for shipment in order.shipments:
            for event in order.events[shipment.id]:
                if event.id == event_id:
                    return LoadedEvent(order, shipment, event)
    raise ConcurrentChange


def _retract(
    uow: UnitOfWork,
    loaded: LoadedEvent,
    shown: TrackingEvent,
    reason: str,
    recorders: dict[UUID, ChangeRecorder],
) -> None:
    """Retract an event unless it is retracted.

    `shown` is the event that the log names. For an unmatched copy it is the original, because the
    copy is not yet visible.
    """
    if loaded.event.retracted_at is not None:
        return
    order = loaded.order.order
    recorder = recorders.setdefault(order.id, ChangeRecorder(uow, order, reason))
    if loaded.event is shown:
        mark_retracted(uow, loaded.order, loaded.shipment, shown, recorder)
    else:
        uow.rows.track([loaded.event])
        loaded.event.retracted_at = uow.now
        recorder.event_retracted(loaded.shipment, shown)
