"""Handover: the carrier that takes a shipment, with its service and tracking number."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from access.viewer import Viewer
from database.retries import ConcurrentChange
from errors import NotFound
from models import values
from models.carrier_families import CarrierFamilies, Number
from models.carriers import checked_carrier
from models.node_ids import NodeType, parse_id
from models.shipments import SERVICE_LENGTH, Shipment
from tracking import validation
from tracking.differences import Differences, difference
from tracking.inputs import DispatchDraft, ShipmentAmendment
from tracking.orders.loaded_orders import LoadedOrder, lock_orders
from tracking.partners import demand_own_carrier, sees
from tracking.shipments.tracking_number_locks import (
    is_used_by_relatives,
    lock_numbers,
    order_ids_of,
)
from unit_of_work.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Handover:
    """The carrier, number and service of a shipment; a caller leaves out what stays as it is.

    `number_key` is the form of `tracking_number` that is compared. `is_shared` says that shipments
    of other orders are in the same box; nobody can take it back, because they count on it.
    """

    carrier: str | None
    tracking_number: str | None
    number_key: str | None
    service: str | None
    is_shared: bool = False

    def completed_from(self, shipment: Shipment) -> "Handover":
        """Return the handover with the shipment's values in place of those left out."""
        return Handover(
            self.carrier or shipment.carrier,
            self.tracking_number or shipment.tracking_number,
            self.number_key or shipment.number_key,
            self.service or shipment.service,
            self.is_shared or shipment.is_shared,
        )

    def number(self, families: CarrierFamilies) -> Number | None:
        return families.number(self.carrier, self.number_key)

    def has_number_of(self, shipment: Shipment) -> bool:
        return (self.carrier, self.number_key) == (shipment.carrier, shipment.number_key)

    def matches(self, shipment: Shipment) -> bool:
        return self.has_number_of(shipment) and self.service == shipment.service


def check_handover(draft: DispatchDraft | ShipmentAmendment) -> Handover:
    """Return the handover of an input. Raises Invalid with the path of the field."""
    tracking_number, number_key = None, None
    if draft.tracking_number is not None:
        tracking_number, number_key = validation.tracking_number(
            draft.tracking_number, "input", "trackingNumber"
        )
    carrier = None if draft.carrier is None else checked_carrier(draft.carrier, "input", "carrier")
    service = values.optional_text(draft.service, SERVICE_LENGTH, "input", "service")
    is_shared = isinstance(draft, DispatchDraft) and draft.is_shared
    return Handover(carrier, tracking_number, number_key, service, is_shared)


class LockedHandover(NamedTuple):
    """A shipment that gets a handover, under its locks.

    `orders` are the shipment's own and, if it gets another number, those that share the old one, or
    those of the new one that may lose or get events, too.
    """

    orders: dict[UUID, LoadedOrder]
    loaded: LoadedOrder
    shipment: Shipment
    handover: Handover

    @property
    def changes_number(self) -> bool:
        """Whether the shipment gets another number, or another carrier or a box for its number."""
        return not self.handover.has_number_of(self.shipment) or self.is_put_in_box

    @property
    def is_put_in_box(self) -> bool:
        """Whether the shipment is said to share its box only now."""
        return self.handover.is_shared and not self.shipment.is_shared


async def lock_for_handover(uow: UnitOfWork, id_: str, handover: Handover) -> LockedHandover:
    """Lock the shipment's old and new number, then the orders; complete the handover.

    Raises NotFound, Forbidden, and ConcurrentChange if the number changes before it is locked.
    """
    before = await _find_shipment(uow.viewer, id_)
    families, completed = uow.families, handover.completed_from(before)
    old, new = families.number_of(before), completed.number(families)
    await lock_numbers(uow, [number for number in (old, new) if number is not None])
    affected = set()
    if not completed.has_number_of(before) or completed.is_shared:
        affected = await _affected_numbers(families, old, new, completed)
    orders = await lock_orders(uow, await order_ids_of(families, affected, [before.id]))
    loaded = orders[before.order_id]
    shipment = loaded.shipment(before.id)
    if (shipment.carrier, shipment.number_key) != (before.carrier, before.number_key):
        raise ConcurrentChange
    completed = handover.completed_from(shipment)
    demand_own_carrier(uow.viewer, completed.carrier)
    return LockedHandover(orders, loaded, shipment, completed)


async def _affected_numbers(
    families: CarrierFamilies, old: Number | None, new: Number | None, handover: Handover
) -> set[Number]:
    """Return the numbers of which other shipments may lose or get events."""
    affected = set() if old is None else {old}
    if new is not None and (
        handover.is_shared or await is_used_by_relatives(families, new, handover.carrier)
    ):
        affected.add(new)
    return affected


async def lock_shipment(uow: UnitOfWork, id_: str) -> tuple[LoadedOrder, Shipment]:
    """Lock the shipment's order and load everything of it. Raises NotFound."""
    before = await _find_shipment(uow.viewer, id_)
    loaded = (await lock_orders(uow, [before.order_id]))[before.order_id]
    shipment = loaded.shipment(before.id)
    if not sees(uow.viewer, shipment):
        raise ConcurrentChange
    return loaded, shipment


async def _find_shipment(viewer: Viewer, id_: str) -> Shipment:
    shipment_id = parse_id(NodeType.SHIPMENT, id_)
    rows = await Shipment.filter(id=shipment_id) if shipment_id else []
    if not rows or not sees(viewer, rows[0]):
        raise NotFound("No shipment has this id.", ("id",))
    return rows[0]


def apply_handover(shipment: Shipment, handover: Handover) -> Differences:
    """Set the shipment's columns and return their differences."""
    differences = [
        difference(api_name, before, after)
        for api_name, before, after in (
            ("carrier", shipment.carrier, handover.carrier),
            ("trackingNumber", shipment.tracking_number, handover.tracking_number),
            ("service", shipment.service, handover.service),
            ("isShared", str(shipment.is_shared).lower(), str(handover.is_shared).lower()),
        )
        if before != after
    ]
    shipment.carrier, shipment.service = handover.carrier, handover.service
    shipment.tracking_number = handover.tracking_number
    shipment.number_key = handover.number_key
    shipment.is_shared = handover.is_shared
    return differences
