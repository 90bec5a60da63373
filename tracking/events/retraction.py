"""Retraction by a person: of the event that they name, and of its copy under a corrected number."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from access.viewer import Viewer
from database.retries import ConcurrentChange
from errors import NotFound
from models.assignments import Assignments
from models.carrier_families import Number
from models.events import TrackingEvent
from models.node_ids import NodeType, parse_id
from models.shipments import Shipment
from runtime.turns import in_turns
from tracking import validation
from tracking.change_recorder import OrderRecorders
from tracking.events.locked_scope import numbers_of_events
from tracking.events.number_assignments import assigned_shipment_ids, loaded_assignments
from tracking.events.number_events import NumberEvents, load_number_events, may_be_rematched
from tracking.events.shipment_events import mark_retracted
from tracking.orders.loaded_orders import LoadedOrder, lock_orders
from tracking.reconciliation import reconcile
from tracking.shipments.tracking_number_locks import (
    check_numbers_are_locked,
    lock_numbers,
    numbers_of_shipments,
    order_ids_of,
    shipments_by_number,
)
from unit_of_work.unit_of_work import UnitOfWork, command


class LoadedEvent(NamedTuple):
    """An event with its order and shipment, all under the order's lock."""

    order: LoadedOrder
    shipment: Shipment
    event: TrackingEvent


@command
async def retract_event(uow: UnitOfWork, id_: str, reason: str) -> UUID:
    """Retract an event and return its shipment's id. The event is stored, but no longer counts.

    If the event was withdrawn from a shipment with a wrong number, its copy is retracted, too, and
    so are the events of the same news that the other shipments in the box have.
    """
    reason = validation.reason(reason)
    event = await _find_event(uow.viewer, id_)
    orders, numbers, copies, assignments = await _lock_latest_copies(uow, event)
    original = _loaded_event(orders, event.id)
    if original.event.moved_to_id != event.moved_to_id:
        raise ConcurrentChange
    rematched = await _numbers_to_rematch(uow, orders, numbers, assignments)
    recorders = OrderRecorders(uow, reason)
    for copy in copies:
        if copy.shipment_id is None:
            waiting = _waiting_row(copy, rematched)
            uow.rows.track([waiting])
            _retract(uow, original._replace(event=waiting), original.event, recorders)
        else:
            loaded_copy = _loaded_event(orders, copy.id)
            _retract(uow, loaded_copy, loaded_copy.event, recorders)
    _retract(uow, original, original.event, recorders)
    for number_events in rematched:
        await number_events.rematch(recorders)
    async for order_id, recorder in in_turns(recorders.items()):
        reconcile(uow, orders[order_id], recorder, uow.now)
    return original.shipment.id


async def _find_event(viewer: Viewer, id_: str) -> TrackingEvent:
    event_id = parse_id(NodeType.EVENT, id_)
    events = TrackingEvent.filter(id=event_id, shipment_id__not_isnull=True)
    if viewer.is_partner:
        events = events.filter(shipment__carrier__in=viewer.bound)
    rows = await events
    if event_id is None or not rows:
        raise NotFound("No tracking event has this id.", ("id",))
    return rows[0]


async def _lock_latest_copies(
    uow: UnitOfWork, event: TrackingEvent
) -> tuple[dict[UUID, LoadedOrder], set[Number], list[TrackingEvent], Assignments]:
    """Lock and load the orders of the event, of its latest copies, and those that share a number.

    Returns the orders, the numbers, the copies, one for each shipment in a box, and the assignments
    of the numbers. The only copy of an event that has not moved is the event itself.
    """
    families, latest = uow.families, event
    while latest.moved_to_id is not None:
        latest = await TrackingEvent.get(id=latest.moved_to_id)
    copies = await _copies_of(latest)
    shipment_ids = {one.shipment_id for one in (event, *copies) if one.shipment_id is not None}
    named = numbers_of_events(families, [event, *copies])
    named |= await numbers_of_shipments(families, shipment_ids)
    assigned = await assigned_shipment_ids(families, named)
    locked_ids = shipment_ids.union(*assigned.values())
    numbers = named | await numbers_of_shipments(families, locked_ids)
    await lock_numbers(uow, numbers)
    copies = await _copies_of(latest)
    if not copies or not {one.shipment_id for one in copies} <= {None, *shipment_ids}:
        raise ConcurrentChange
    orders = await lock_orders(uow, await order_ids_of(families, numbers, locked_ids))
    check_numbers_are_locked(families, orders.values(), locked_ids, numbers)
    assignments = await loaded_assignments(families, named, orders.values(), locked_ids)
    return orders, numbers, copies, assignments


async def _copies_of(event: TrackingEvent) -> list[TrackingEvent]:
    """Return the events of the same news. None has a fingerprint that an event has left behind."""
    return await TrackingEvent.filter(fingerprint=event.fingerprint).order_by("id")


async def _numbers_to_rematch(
    uow: UnitOfWork,
    orders: Mapping[UUID, LoadedOrder],
    numbers: set[Number],
    assignments: Assignments,
) -> list[NumberEvents]:
    shipments = shipments_by_number(uow.families, orders, numbers)
    rematched = [
        number for number in numbers if may_be_rematched(orders, shipments[number], uow.now, {})
    ]
    number_events = list((await load_number_events(uow, orders, rematched, assignments)).values())
    for one in number_events:
        await one.note_matches()
    return number_events


def _waiting_row(copy: TrackingEvent, rematched: Iterable[NumberEvents]) -> TrackingEvent:
    """Return the row of a waiting event that is loaded already, because it may be matched."""
    loaded = (event for number_events in rematched for event in number_events.unmatched)
    return next((event for event in loaded if event.id == copy.id), copy)


def _loaded_event(orders: Mapping[UUID, LoadedOrder], event_id: UUID) -> LoadedEvent:
    """Return the event from its loaded order. Raises ConcurrentChange if it has left that order."""
    for order in orders.values():
        for shipment in order.shipments:
            for event in order.events[shipment.id]:
                if event.id == event_id:
                    return LoadedEvent(order, shipment, event)
    raise ConcurrentChange


def _retract(
    uow: UnitOfWork, loaded: LoadedEvent, shown: TrackingEvent, recorders: OrderRecorders
) -> None:
    """Retract an event unless it is retracted.

    `shown` is the event that the log names. For an unmatched copy it is the original, because the
    copy is not yet visible.
    """
    if loaded.event.retracted_at is not None:
        return
    recorder = recorders.recorder_of(loaded.order.order)
    if loaded.event is shown:
        mark_retracted(uow, loaded.order, loaded.shipment, shown, recorder)
    else:
        uow.rows.track([loaded.event])
        loaded.event.retracted_at = uow.now
        recorder.event_retracted(loaded.shipment, shown)
