"""Handing over: to which carrier a shipment goes, and under which number."""

from dataclasses import dataclass

from database.retries import ConcurrentChange
from errors import NotFound
from models import values
from models.node_ids import NodeType, parse_id_of
from models.shipments import SERVICE_LENGTH, Shipment
from tracking import validation
from tracking.change_recorder import ChangeRecorder, Differences, difference
from tracking.events.shipment_events import record_unmatched_events
from tracking.inputs import DispatchDraft, ShipmentAmendment
from tracking.orders.loaded_orders import LoadedOrder, lock_orders
from tracking.shipments.tracking_number_locks import Number, lock_numbers, number_of
from unit_of_work.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Handover:
    """To whom a shipment goes, and under which number; what is None is not said."""

    carrier: str | None
    given: str | None
    key: str | None
    service: str | None

    def over(self, shipment: Shipment) -> "Handover":
        """With what the shipment says already, where this says nothing."""
        return Handover(
            self.carrier or shipment.carrier,
            self.given or shipment.tracking_number,
            self.key or shipment.number_key,
            self.service or shipment.service,
        )

    @property
    def number(self) -> Number | None:
        return None if self.carrier is None or self.key is None else (self.carrier, self.key)

    def is_already_in(self, shipment: Shipment) -> bool:
        return (self.carrier, self.key, self.service) == (
            shipment.carrier,
            shipment.number_key,
            shipment.service,
        )


def check_handover(draft: DispatchDraft | ShipmentAmendment) -> Handover:
    given, key = None, None
    if draft.tracking_number is not None:
        given, key = validation.tracking_number(draft.tracking_number, "input", "trackingNumber")
    carrier = (
        None if draft.carrier is None else validation.carrier(draft.carrier, "input", "carrier")
    )
    service = values.optional_text(draft.service, SERVICE_LENGTH, "input", "service")
    return Handover(carrier, given, key, service)


async def lock_for_handover(
    uow: UnitOfWork, id_: str, said: Handover
) -> tuple[LoadedOrder, Shipment, Handover]:
    """Numbers are locked before orders: that which it has, and that which it is to have."""
    before = await _find(id_)
    handover = said.over(before)
    await lock_numbers([one for one in (handover.number, number_of(before)) if one is not None])
    loaded, shipment = await lock_shipment(uow, id_)
    if (shipment.carrier, shipment.number_key) != (before.carrier, before.number_key):
        raise ConcurrentChange
    return loaded, shipment, said.over(shipment)


async def _find(id_: str) -> Shipment:
    shipment_id = parse_id_of(NodeType.SHIPMENT, id_)
    found = await Shipment.filter(id=shipment_id) if shipment_id else []
    if not found:
        raise NotFound("No shipment has this id.", ("id",))
    return found[0]


async def lock_shipment(uow: UnitOfWork, id_: str) -> tuple[LoadedOrder, Shipment]:
    """Its order's lock is its lock. Raises NotFound."""
    found = await _find(id_)
    loaded = (await lock_orders(uow, [found.order_id]))[found.order_id]
    return loaded, loaded.shipment(found.id)


async def apply_handover(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    handover: Handover,
    record: ChangeRecorder,
) -> Differences:
    said = [
        difference(name, before, after)
        for name, before, after in (
            ("carrier", shipment.carrier, handover.carrier),
            ("trackingNumber", shipment.tracking_number, handover.given),
            ("service", shipment.service, handover.service),
        )
        if before != after
    ]
    before = number_of(shipment)
    shipment.carrier, shipment.service = handover.carrier, handover.service
    shipment.tracking_number, shipment.number_key = handover.given, handover.key
    if handover.number is not None and handover.number != before:
        await record_unmatched_events(uow, loaded, shipment, handover.number, record)
    return said
