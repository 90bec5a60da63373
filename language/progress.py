"""Progress: which parcels and troubles of an order still matter to its customer."""

from collections.abc import Iterable

from language.facts import OrderFacts, ShipmentFacts, TroubleFacts
from models.enums import (
    UNRESOLVED,
    ExceptionType,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)

GOING_BACK = (ShipmentStatus.RETURNING, ShipmentStatus.RETURNED)
NOT_SHIPPED = (
    OrderStatus.PENDING,
    OrderStatus.CONFIRMED,
    OrderStatus.ON_HOLD,
    OrderStatus.PACKED,
    OrderStatus.PARTIALLY_SHIPPED,
)
"""The statuses of orders of which pieces are still to be sent, whatever became of the others."""

LOSSES = (ExceptionType.LOST, ExceptionType.STOLEN)


MOVES = frozenset(
    {
        TrackingEventType.IN_TRANSIT,
        TrackingEventType.ARRIVED_FACILITY,
        TrackingEventType.DEPARTED_FACILITY,
        TrackingEventType.ARRIVED_DESTINATION_COUNTRY,
        TrackingEventType.ARRIVED_DESTINATION_FACILITY,
        TrackingEventType.HANDED_TO_PARTNER,
        TrackingEventType.OUT_FOR_DELIVERY,
    }
)
"""The types of events by which a parcel comes nearer."""
COMING = (ShipmentStatus.IN_TRANSIT, ShipmentStatus.OUT_FOR_DELIVERY)


def live_shipments(order: OrderFacts) -> list[ShipmentFacts]:
    """Return the shipments that hold pieces: those that were not cancelled."""
    return [each for each in order.shipments if each.status is not ShipmentStatus.CANCELLED]


def live_pieces(order: OrderFacts) -> int:
    """Return how many pieces the order has, without those that were cancelled."""
    return sum(item.quantity - item.cancelled_quantity for item in order.items)


def expected_shipments(order: OrderFacts) -> list[ShipmentFacts]:
    """Return the shipments that are still to arrive."""
    return [
        each
        for each in live_shipments(order)
        if not each.status.is_finished and each.status is not ShipmentStatus.RETURNING
    ]


def ready_shipments(order: OrderFacts) -> list[ShipmentFacts]:
    """Return the shipments that wait for the customer to collect them."""
    ready = ShipmentStatus.AVAILABLE_FOR_PICKUP
    return [each for each in expected_shipments(order) if each.status is ready]


def has_moved_since(order: OrderFacts, trouble: TroubleFacts) -> bool:
    """Return whether the shipment of a trouble has come nearer to the customer afterwards."""
    shipment = shipment_of(order, trouble)
    if shipment is None or shipment.status not in COMING:
        return False
    return any(
        event.type in MOVES and event.occurred_at > trouble.opened_at and event.has_happened
        for event in shipment.events
    )


def has_pieces_to_ship(order: OrderFacts) -> bool:
    """Return whether the order has pieces that have not left yet."""
    if not order.items:
        return order.status in NOT_SHIPPED
    ordered = sum(item.quantity - item.cancelled_quantity for item in order.items)
    return sum(item.shipped_quantity for item in order.items) < ordered


def is_going_back(order: OrderFacts) -> bool:
    """Return whether all of the order is back or on its way back, and not all of it is back."""
    statuses = {shipment.status for shipment in live_shipments(order)}
    is_on_its_way = ShipmentStatus.RETURNING in statuses and statuses <= set(GOING_BACK)
    return is_on_its_way and not has_pieces_to_ship(order)


def is_gone_back(order: OrderFacts) -> bool:
    """Return whether all of the order is back or on its way back."""
    return order.status is OrderStatus.RETURNED or is_going_back(order)


def is_lost(order: OrderFacts) -> bool:
    """Return whether all of the order was lost before it was delivered."""
    live = live_shipments(order)
    lost = [each for each in live if each.status is ShipmentStatus.LOST]
    was_delivered = any(shipment.delivered_at is not None for shipment in lost)
    return lost == live != [] and not was_delivered and not has_pieces_to_ship(order)


def is_destroyed(shipment: ShipmentFacts) -> bool:
    """Return whether the carrier has destroyed a parcel."""
    event = shipment.status_event
    return event is not None and event.type is TrackingEventType.DISPOSED


def is_missing(order: OrderFacts, shipment: ShipmentFacts) -> bool:
    """Return whether a parcel is lost and may still be found: nobody has settled its loss yet."""
    if shipment.status is not ShipmentStatus.LOST or is_destroyed(shipment):
        return False
    losses = open_troubles_of(order, *LOSSES)
    return any(loss.shipment_id in (None, shipment.id) for loss in losses)


def open_troubles(troubles: Iterable[TroubleFacts]) -> list[TroubleFacts]:
    """Return the troubles that are not closed, the most severe first and then the oldest."""
    unresolved = [trouble for trouble in troubles if trouble.status in UNRESOLVED]
    return sorted(unresolved, key=lambda each: (-each.severity.rank, each.opened_at))


def open_troubles_of(order: OrderFacts, *types: ExceptionType) -> list[TroubleFacts]:
    """Return the open troubles of the order and its shipments that are of these types."""
    return [trouble for trouble in open_troubles(order.troubles) if trouble.type in types]


def troubles_of_shipment(order: OrderFacts, shipment: ShipmentFacts) -> list[TroubleFacts]:
    """Return the troubles of one shipment, and those of an order that has no other."""
    is_only = len(order.shipments) == 1
    return [
        trouble
        for trouble in order.troubles
        if trouble.shipment_id == shipment.id or (is_only and trouble.shipment_id is None)
    ]


def shipment_of(order: OrderFacts, trouble: TroubleFacts) -> ShipmentFacts | None:
    """Return the shipment that a trouble is about: its own, or the order's only one."""
    if trouble.shipment_id is None:
        return order.shipments[0] if len(order.shipments) == 1 else None
    return next((each for each in order.shipments if each.id == trouble.shipment_id), None)
