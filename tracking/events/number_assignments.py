"""Number assignments: the shipments to which people have assigned the news of tracking numbers."""

from collections.abc import Collection, Iterable
from uuid import UUID

from database.retries import ConcurrentChange
from database.rows import read
from models.assignments import Assignment, NamedNumber
from models.carrier_families import CarrierFamilies, Number
from models.number_decisions import NumberDecision
from tracking.orders.loaded_orders import LoadedOrder

IN_FORCE = "number_key AMONG 1 AND shipment_id IS NOT NULL AND ended_at IS NULL"


def number_of_family(families: CarrierFamilies, number: NamedNumber) -> Number:
    """Return the number as all carriers of the family share it, by which it is locked."""
    return Number(families.family_of(number.carrier), number.key)


async def decisions_in_force(
    families: CarrierFamilies, numbers: Collection[Number]
) -> dict[NamedNumber, NumberDecision]:
    """Return the decisions that assign the numbers, of every carrier of their families.

    Under a number's lock its own stay so.
    """
    if not numbers:
        return {}
    decisions = await read(NumberDecision, IN_FORCE, {key for _, key in numbers})
    in_force = {NamedNumber(one.carrier, one.number_key): one for one in decisions}
    return {
        number: decision
        for number, decision in in_force.items()
        if number_of_family(families, number) in numbers
    }


async def assigned_shipment_ids(
    families: CarrierFamilies, numbers: Collection[Number]
) -> dict[Number, set[UUID]]:
    """Return the shipments to which the numbers are assigned."""
    ids: dict[Number, set[UUID]] = {number: set() for number in numbers}
    for number, decision in (await decisions_in_force(families, numbers)).items():
        if decision.shipment_id is not None:
            ids[number_of_family(families, number)].add(decision.shipment_id)
    return ids


async def loaded_assignments(
    families: CarrierFamilies,
    numbers: Collection[Number],
    orders: Iterable[LoadedOrder],
    locked_ids: Collection[UUID],
) -> dict[NamedNumber, Assignment]:
    """Return the assignments of numbers, to shipments of these orders. Call it under all locks.

    Raises ConcurrentChange if a number is assigned to a shipment that is not among `locked_ids`.
    """
    decisions = await decisions_in_force(families, numbers)
    if any(decision.shipment_id not in locked_ids for decision in decisions.values()):
        raise ConcurrentChange
    shipments = {shipment.id: shipment for loaded in orders for shipment in loaded.shipments}
    return {
        named: Assignment(decision.id, shipments[decision.shipment_id])
        for named, decision in decisions.items()
        if decision.shipment_id in shipments
    }
