"""Assignment of kept numbers: a person says to which shipment the news of a number belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from database.retries import ConcurrentChange
from errors import LimitExceeded, NotFound
from models.assignments import NamedNumber
from models.events import TrackingEvent
from models.folded_shipment import event_place
from models.node_ids import NodeType, parse_id
from models.number_decisions import NumberDecision
from models.shipments import Shipment
from runtime.turns import in_turns
from tracking import validation
from tracking.change_recorder import OrderRecorders
from tracking.events.event_limits import (
    MAXIMUM_EVENTS_OF_SHIPMENT,
    EventRoom,
    can_withdraw,
    limit_for,
)
from tracking.events.event_moves import EventMove, make_copies
from tracking.events.number_assignments import number_of_family
from tracking.events.number_decisions import (
    assignment_difference,
    checked_number,
    end_decision,
    lock_decision,
    new_decision,
    nothing_kept,
)
from tracking.events.number_events import NumberEvents, load_number_events, may_be_rematched
from tracking.events.shipment_events import match_event, withdraw_events
from tracking.orders.loaded_orders import LoadedOrder, find_shipment, lock_orders
from tracking.partners import sees, sees_carrier
from tracking.reconciliation import reconcile
from tracking.shipments.tracking_number_locks import (
    check_numbers_are_locked,
    order_ids_of,
    shipments_by_number,
)
from unit_of_work.unit_of_work import UnitOfWork, command


@dataclass(slots=True)
class LockedNumber:
    """A number with everything that its assignment may change, locked and loaded.

    `previous` is the assignment that is in force, `kept` are the events that wait, and `rematched`
    the numbers whose events may go to other shipments once the kept events have theirs.
    """

    number: NamedNumber
    orders: dict[UUID, LoadedOrder]
    previous: NumberDecision | None
    kept: list[TrackingEvent]
    rematched: list[NumberEvents]


@command
async def assign_kept_number(
    uow: UnitOfWork, carrier: str, tracking_number: str, shipment_id: str, reason: str
) -> UUID:
    """Give a shipment the news of a number, what is kept and what will come; return its id.

    If the number was assigned to another shipment, what came by that moves, too. Raises NotFound,
    LimitExceeded if the shipment has no room, and Invalid if no news of the number is kept and the
    number is not assigned.
    """
    number, reason = checked_number(carrier, tracking_number), validation.reason(reason)
    id_ = parse_id(NodeType.SHIPMENT, shipment_id)
    rows = [] if id_ is None else await Shipment.filter(id=id_)
    if id_ is None or not rows or not sees(uow.viewer, rows[0]):
        raise NotFound("No shipment has this id.", ("shipmentId",))
    locked = await _lock(uow, number, id_)
    found = find_shipment(locked.orders.values(), id_)
    if found is None:
        raise ConcurrentChange
    is_known = bool(locked.kept) or locked.previous is not None
    if not is_known or not _may_decide(uow, locked):
        raise nothing_kept(number)
    recorders = OrderRecorders(uow, reason)
    decision = locked.previous
    moved: list[TrackingEvent] = []
    if decision is None or decision.shipment_id != id_:
        moved = await _end_previous(uow, locked, found[1], recorders)
        decision = _new_decision(uow, locked, found, recorders, reason)
    await _give(uow, found, [*locked.kept, *moved], decision, recorders)
    for number_events in locked.rematched:
        await number_events.rematch(recorders)
    async for order_id, recorder in in_turns(recorders.items()):
        reconcile(uow, locked.orders[order_id], recorder, uow.now)
    return id_


def _may_decide(uow: UnitOfWork, locked: LockedNumber) -> bool:
    """Return whether the viewer may say whose news it is: that of its own carriers, unless it
    belongs to a shipment that it does not see."""
    if not sees_carrier(uow.viewer, locked.number.carrier):
        return False
    if locked.previous is None:
        return True
    found = find_shipment(locked.orders.values(), locked.previous.shipment_id)
    return found is None or sees(uow.viewer, found[1])


async def _lock(uow: UnitOfWork, number: NamedNumber, shipment_id: UUID) -> LockedNumber:
    families = uow.families
    previous, shipment_ids, numbers = await lock_decision(uow, number, [shipment_id])
    orders = await lock_orders(uow, await order_ids_of(families, numbers, shipment_ids))
    check_numbers_are_locked(families, orders.values(), shipment_ids, numbers)
    number_events = await load_number_events(uow, orders, numbers)
    of_family = number_events[number_of_family(families, number)]
    kept = [event for event in of_family.unmatched if event.carrier == number.carrier]
    of_family.unmatched = [one for one in of_family.unmatched if one.carrier != number.carrier]
    arriving = {shipment_id: [*kept, *_brought_by(previous, orders)]}
    rematched = [
        number_events[one]
        for one, shipments in shipments_by_number(families, orders, numbers).items()
        if may_be_rematched(orders, shipments, uow.now, arriving)
    ]
    for one in rematched:
        await one.note_matches()
    return LockedNumber(number, orders, previous, kept, rematched)


def _brought_by(
    decision: NumberDecision | None, orders: Mapping[UUID, LoadedOrder]
) -> list[TrackingEvent]:
    """Return what an assignment has brought to its shipment, and what has not left that."""
    found = None if decision is None else find_shipment(orders.values(), decision.shipment_id)
    if decision is None or found is None:
        return []
    loaded, shipment = found
    events = loaded.events[shipment.id]
    return [one for one in events if one.decision_id == decision.id and one.moved_to_id is None]


async def _end_previous(
    uow: UnitOfWork, locked: LockedNumber, successor: Shipment, recorders: OrderRecorders
) -> list[TrackingEvent]:
    """End the assignment to another shipment, and return copies of what it brought.

    News that the successor has already stays where it is.
    """
    if locked.previous is None:
        return []
    found = find_shipment(locked.orders.values(), locked.previous.shipment_id)
    await end_decision(uow, locked.previous, found, recorders)
    if found is None:
        return []
    loaded, shipment = found
    had = {one.fingerprint for one in locked.orders[successor.order_id].events[successor.id]}
    moves = [
        EventMove(event.fingerprint, staying=[], leaving=[event], waiting=[], missing=[successor])
        for event in _brought_by(locked.previous, locked.orders)
        if event.fingerprint not in had
    ]
    if not can_withdraw(loaded, len(moves)):
        raise LimitExceeded(
            "Too many events have left the order of the shipment that has the news now. Retract"
            " there what is wrong, and discard the number to end its assignment.",
            ("trackingNumber",),
        )
    await make_copies(moves)
    leaving = [(event, move.destination.id) for move in moves for event in move.leaving]
    await withdraw_events(uow, loaded, shipment, leaving, recorders.recorder_of(loaded.order))
    return [uow.rows.add(move.destination) for move in moves]


def _new_decision(
    uow: UnitOfWork,
    locked: LockedNumber,
    found: tuple[LoadedOrder, Shipment],
    recorders: OrderRecorders,
    reason: str,
) -> NumberDecision:
    loaded, shipment = found
    differences = [assignment_difference(None, locked.number)]
    recorders.recorder_of(loaded.order).shipment_amended(shipment, differences, uow.now)
    return uow.rows.add(new_decision(uow, locked.number, reason, shipment.id))


async def _give(
    uow: UnitOfWork,
    found: tuple[LoadedOrder, Shipment],
    events: Sequence[TrackingEvent],
    decision: NumberDecision,
    recorders: OrderRecorders,
) -> None:
    """Give the shipment all of the events. Raises LimitExceeded if it has no room for them."""
    loaded, shipment = found
    room = EventRoom()
    by_limit = sorted(events, key=lambda event: limit_for(event, MAXIMUM_EVENTS_OF_SHIPMENT))
    if not all([room.take(loaded, shipment, event) for event in by_limit]):
        raise LimitExceeded(
            f"The shipment or its order has no room for the {len(events)} events of this number."
            " Discard them, or assign them to another shipment.",
            ("shipmentId",),
        )
    recorder = recorders.recorder_of(loaded.order)
    async for event in in_turns(sorted(events, key=event_place)):
        match_event(uow, loaded, shipment, event, recorder)
        event.decision_id = decision.id
