"""Number assignments: the shipments to which people have assigned the news of tracking numbers."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from uuid import UUID

from database.retries import ConcurrentChange
from database.rows import read
from models.event_matching import Assignment
from models.events import TrackingEvent
from models.number_decisions import NumberDecision
from models.shipments import Shipment
from tracking.orders.loaded_orders import LoadedOrder
from tracking.shipments.tracking_number_locks import Number

IN_FORCE = "number_key AMONG 1 AND shipment_id IS NOT NULL AND ended_at IS NULL"


NO_ASSIGNMENTS: Mapping[Number, Assignment] = MappingProxyType({})


async def decisions_in_force(numbers: Collection[Number]) -> dict[Number, NumberDecision]:
    """Return the decisions that assign the numbers. Under a number's lock its own stays so."""
    if not numbers:
        return {}
    decisions = await read(NumberDecision, IN_FORCE, {key for _, key in numbers})
    in_force = {(decision.carrier, decision.number_key): decision for decision in decisions}
    return {number: in_force[number] for number in numbers if number in in_force}


async def assigned_shipment_ids(numbers: Collection[Number]) -> dict[Number, UUID]:
    """Return the shipments to which the numbers are assigned."""
    return {
        number: decision.shipment_id
        for number, decision in (await decisions_in_force(numbers)).items()
        if decision.shipment_id is not None
    }


async def loaded_assignments(
    numbers: Collection[Number], orders: Iterable[LoadedOrder], locked_ids: Collection[UUID]
) -> dict[Number, Assignment]:
    """Return the assignments of numbers, to shipments of these orders. Call it under all locks.

    Raises ConcurrentChange if a number is assigned to a shipment that is not among `locked_ids`.
    """
    decisions = await decisions_in_force(numbers)
    if any(decision.shipment_id not in locked_ids for decision in decisions.values()):
        raise ConcurrentChange
    shipments = {shipment.id: shipment for loaded in orders for shipment in loaded.shipments}
    return {
        number: Assignment(decision.id, shipments[decision.shipment_id])
        for number, decision in decisions.items()
        if decision.shipment_id in shipments
    }


def note_assignment(
    event: TrackingEvent, shipment: Shipment, assignment: Assignment | None
) -> None:
    """Note on an event of a shipment that it came by an assignment, if it did."""
    if assignment is not None and assignment.shipment is shipment:
        event.decision_id = assignment.decision_id
