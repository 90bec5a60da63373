"""Amending a shipment: carrier, tracking number, service."""

from uuid import UUID

from tracking.change_recorder import ChangeRecorder
from tracking.events.shipment_events import withdraw_numbered_events
from tracking.inputs import ShipmentAmendment
from tracking.reconciliation import reconcile
from tracking.shipments.handover import apply_handover, check_handover, lock_for_handover
from tracking.shipments.tracking_number_locks import number_of, refuse_taken_number
from unit_of_work.unit_of_work import UnitOfWork, command


@command
async def amend_shipment(uow: UnitOfWork, id_: str, amendment: ShipmentAmendment) -> UUID:
    """Correct carrier, number or service of a shipment; return its id.

    With another number, the events that came by the old one leave the shipment, and those that
    wait for the new one join it. Raises Conflict if another unfinished shipment has the number.
    """
    loaded, shipment, handover = await lock_for_handover(uow, id_, check_handover(amendment))
    if handover.matches(shipment):
        return shipment.id
    recorder, previous_number = ChangeRecorder(uow, loaded.order), number_of(shipment)
    if previous_number is not None and previous_number != handover.number:
        await withdraw_numbered_events(uow, loaded, shipment, recorder)
    differences = await apply_handover(uow, loaded, shipment, handover, recorder)
    shipment.updated_at = uow.now
    recorder.shipment_amended(shipment, differences, uow.now)
    reconcile(uow, loaded, recorder, uow.now)
    await refuse_taken_number(shipment, previous_number)
    return shipment.id
