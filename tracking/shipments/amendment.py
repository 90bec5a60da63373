"""Amending a shipment: carrier, tracking number, service."""

from uuid import UUID

from errors import LimitExceeded
from models.shipments import Shipment
from tracking.change_recorder import OrderRecorders
from tracking.events.event_limits import can_withdraw
from tracking.events.number_events import hand_out_events
from tracking.inputs import ShipmentAmendment
from tracking.orders.loaded_orders import LoadedOrder
from tracking.reconciliation import reconcile, reconcile_others
from tracking.shipments.handover import apply_handover, check_handover, lock_for_handover
from tracking.shipments.tracking_number_locks import refuse_taken_number
from unit_of_work.unit_of_work import UnitOfWork, command


@command
async def amend_shipment(uow: UnitOfWork, id_: str, amendment: ShipmentAmendment) -> UUID:
    """Correct carrier, number or service of a shipment; return its id.

    With another number, the events that came by the old one go to another shipment that has it, or
    wait for one, and those that wait for the new one join this shipment. Raises Conflict if another
    unfinished shipment has the number, and LimitExceeded if too many events have left the order.
    """
    locked = await lock_for_handover(uow, id_, check_handover(amendment))
    orders, loaded, shipment, handover = locked
    if handover.matches(shipment):
        return shipment.id
    recorders, changes_number = OrderRecorders(uow), locked.changes_number
    recorder = recorders.recorder_of(loaded.order)
    old, new = uow.families.number_of(shipment), handover.number(uow.families)
    numbers = {number for number in (old, new) if number is not None}
    if old != new:
        _refuse_full_order(loaded, shipment)
    differences = apply_handover(shipment, handover)
    if changes_number:
        await hand_out_events(uow, orders, numbers, recorders, left_by=shipment)
    shipment.updated_at = uow.now
    recorder.shipment_amended(shipment, differences, uow.now)
    reconcile(uow, loaded, recorder, uow.now)
    reconcile_others(uow, orders, loaded, recorders)
    if changes_number:
        await refuse_taken_number(shipment)
    return shipment.id


def _refuse_full_order(loaded: LoadedOrder, shipment: Shipment) -> None:
    """Raise LimitExceeded if the events that came by the shipment's number cannot leave it.

    Those that a person assigned to the shipment stay.
    """
    events = [
        event
        for event in loaded.events[shipment.id]
        if event.number_key is not None and event.decision_id is None
    ]
    if not can_withdraw(loaded, len(events)):
        raise LimitExceeded(
            "Too many events have left this order by corrections of tracking numbers already."
            " Create another shipment instead.",
            ("input", "trackingNumber"),
        )
