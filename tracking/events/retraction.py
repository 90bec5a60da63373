"""Retraction by a person: the event they name is taken back, and what it has become elsewhere."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from database.retries import ConcurrentChange
from errors import NotFound
from models.events import TrackingEvent
from models.node_ids import NodeType, id_of
from models.shipments import Shipment
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.events.attachment import retract
from tracking.orders.loading import LoadedOrder, lock_orders
from tracking.settlement import reconcile
from tracking.shipments.tracking_number_locks import lock_numbers
from unit_of_work.unit_of_work import UnitOfWork, command


class Held(NamedTuple):
    """An event, and whose it is."""

    order: LoadedOrder
    shipment: Shipment
    event: TrackingEvent


@command
async def retract_event(this: UnitOfWork, id_: str, reason: str) -> UUID:
    """Take an event back; it is kept, marked, and no longer counted.

    One that was left behind under a wrong number is taken back for whoever has that number, too.
    """
    reason = validation.reason(reason)
    named = await _find(id_)
    current = await _lock_where_it_is(named)
    ids = {one.order_id for one in (named, current) if one.order_id is not None}
    loaded = await lock_orders(this, ids)
    here = _held(loaded, named.id)
    if here.event.moved_to_id != named.moved_to_id:
        raise ConcurrentChange
    records: dict[UUID, ChangeRecorder] = {}
    if current.shipment_id is None:
        this.rows.track([current])
        _take_back(this, here._replace(event=current), here.event, reason, records)
    else:
        there = _held(loaded, current.id)
        _take_back(this, there, there.event, reason, records)
    _take_back(this, here, here.event, reason, records)
    for order_id, record in records.items():
        reconcile(this, loaded[order_id], record, this.now)
    return here.shipment.id


async def _find(id_: str) -> TrackingEvent:
    event_id = id_of(NodeType.EVENT, id_)
    found = await TrackingEvent.filter(id=event_id, shipment_id__not_isnull=True)
    if event_id is None or not found:
        raise NotFound("No tracking event has this id.", ("id",))
    return found[0]


async def _lock_where_it_is(event: TrackingEvent) -> TrackingEvent:
    """What the event has become, under the lock of the number that it is kept for."""
    current = event
    while current.moved_to_id is not None:
        current = await TrackingEvent.get(id=current.moved_to_id)
    if current.carrier is not None and current.number_key is not None:
        await lock_numbers([(current.carrier, current.number_key)])
        current = await TrackingEvent.get(id=current.id)
    if current.moved_to_id is not None:
        raise ConcurrentChange
    return current


def _held(loaded: Mapping[UUID, LoadedOrder], event_id: UUID) -> Held:
    """The event among what is loaded. Raises ConcurrentChange if it is there no more."""
    for order in loaded.values():
        for shipment in order.shipments:
            for event in order.events[shipment.id]:
                if event.id == event_id:
                    return Held(order, shipment, event)
    raise ConcurrentChange


def _take_back(
    this: UnitOfWork,
    held: Held,
    told: TrackingEvent,
    reason: str,
    records: dict[UUID, ChangeRecorder],
) -> None:
    """`told`: the event that the log names; of one that is kept, the one that stayed behind."""
    if held.event.retracted_at is not None:
        return
    order = held.order.order
    record = records.setdefault(order.id, ChangeRecorder(this, order, reason))
    if held.event is told:
        retract(this, held.order, held.shipment, told, record)
    else:
        this.rows.track([held.event])
        held.event.retracted_at = this.now
        record.event_retracted(held.shipment, told)
