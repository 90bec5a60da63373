"""Number decisions: how they are locked, made and ended."""

from collections.abc import Iterable
from uuid import UUID

from database.columns import new_id
from database.retries import ConcurrentChange
from database.rows import new_row, update
from errors import Invalid
from models.assignments import NamedNumber
from models.carrier_families import Number
from models.carriers import checked_carrier
from models.number_decisions import NumberDecision
from models.shipments import Shipment
from tracking import validation
from tracking.change_recorder import OrderRecorders
from tracking.differences import Difference, difference
from tracking.events.number_assignments import decisions_in_force, number_of_family
from tracking.orders.loaded_orders import LoadedOrder
from tracking.shipments.tracking_number_locks import lock_numbers, numbers_of_shipments
from unit_of_work.unit_of_work import UnitOfWork


def checked_number(carrier: str, tracking_number: str) -> NamedNumber:
    """Return the number in the form that is compared. Raises Invalid."""
    code = checked_carrier(carrier, "carrier")
    return NamedNumber(code, validation.tracking_number(tracking_number, "trackingNumber")[1])


def nothing_kept(number: NamedNumber) -> Invalid:
    """Return the refusal of a decision about a number of which nothing is kept."""
    return Invalid(
        f"Nothing is kept for the number {number.key} of {number.carrier}. keptNumbers lists the"
        " carriers and numbers for which news is kept: send one of these.",
        ("trackingNumber",),
    )


async def lock_decision(
    uow: UnitOfWork, number: NamedNumber, others: Iterable[UUID] = ()
) -> tuple[NumberDecision | None, set[UUID], set[Number]]:
    """Lock a number, and those of the shipment to which it is assigned and of the others.

    Returns the decision that is in force, these shipments, and the locked numbers. Raises LockedOut
    and ConcurrentChange.
    """
    families, locked = uow.families, number_of_family(uow.families, number)
    before = (await decisions_in_force(families, {locked})).get(number)
    shipment_ids = {*others}
    if before is not None and before.shipment_id is not None:
        shipment_ids.add(before.shipment_id)
    numbers = {locked} | await numbers_of_shipments(families, shipment_ids)
    await lock_numbers(uow, numbers)
    decision = (await decisions_in_force(families, {locked})).get(number)
    if (decision and decision.id) != (before and before.id):
        raise ConcurrentChange
    return decision, shipment_ids, numbers


def new_decision(
    uow: UnitOfWork, number: NamedNumber, reason: str, shipment_id: UUID | None = None
) -> NumberDecision:
    """Return the row of a decision: an assignment, or without a shipment a discard."""
    carrier, key = number
    return new_row(
        NumberDecision,
        id=new_id(),
        carrier=carrier,
        number_key=key,
        shipment_id=shipment_id,
        decided_at=uow.now,
        actor=uow.actor,
        reason=reason,
    )


async def end_decision(
    uow: UnitOfWork,
    decision: NumberDecision,
    found: tuple[LoadedOrder, Shipment] | None,
    recorders: OrderRecorders,
) -> None:
    """End an assignment, which the log shows at its shipment if that still exists."""
    decision.ended_at = uow.now
    # At once, because a number has only one assignment in force, and new rows are stored first.
    await update([decision], ("ended_at",))
    if found is not None:
        loaded, shipment = found
        number = NamedNumber(decision.carrier, decision.number_key)
        differences = [assignment_difference(number, None)]
        recorders.recorder_of(loaded.order).shipment_amended(shipment, differences, uow.now)


def assignment_difference(before: NamedNumber | None, after: NamedNumber | None) -> Difference:
    """Return the difference that the log shows at a shipment to which a number is assigned."""
    return difference("assignedNumber", before and " ".join(before), after and " ".join(after))
