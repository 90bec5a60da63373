"""The steps of an order: how far it has come, from its placement to the door."""

from collections.abc import Sequence
from dataclasses import dataclass

from language.facts import OrderFacts, ShipmentFacts
from language.messages import Message, context_message
from models.enums import (
    DeliveryMethod,
    ExceptionStatus,
    ExceptionType,
    OrderStatus,
    ShipmentStatus,
)
from portal.view_context import ViewContext

STEP = "step of an order"
ORDERED = context_message(STEP, "Ordered")
PACKED = context_message(STEP, "Packed")
ON_ITS_WAY = context_message(STEP, "On its way")
OUT_FOR_DELIVERY = context_message(STEP, "Out for delivery")
DELIVERED = context_message(STEP, "Delivered")
READY = context_message(STEP, "Ready to collect")
COLLECTED = context_message(STEP, "Collected")
GOING_BACK = context_message(STEP, "Going back")
BACK = context_message(STEP, "Back with us")
TO_THE_DOOR = (ORDERED, PACKED, ON_ITS_WAY, OUT_FOR_DELIVERY, DELIVERED)
TO_A_COUNTER = (ORDERED, PACKED, ON_ITS_WAY, READY, COLLECTED)
AND_BACK = (ORDERED, PACKED, ON_ITS_WAY, GOING_BACK, BACK)
PLACES = {
    ShipmentStatus.PENDING: 0,
    ShipmentStatus.PACKED: 1,
    ShipmentStatus.PRE_TRANSIT: 1,
    ShipmentStatus.IN_TRANSIT: 2,
    ShipmentStatus.OUT_FOR_DELIVERY: 3,
    ShipmentStatus.DELIVERY_ATTEMPTED: 3,
    ShipmentStatus.AVAILABLE_FOR_PICKUP: 3,
    ShipmentStatus.RETURNING: 3,
    ShipmentStatus.DELIVERED: 4,
    ShipmentStatus.RETURNED: 4,
}
"""The step that a shipment has reached. Those that are not here are on no way at all."""
GOING = (ShipmentStatus.RETURNING, ShipmentStatus.RETURNED)
ENDED = (ShipmentStatus.DELIVERED, *GOING)
GONE = (ExceptionType.LOST, ExceptionType.STOLEN)
CLOSED = (ExceptionStatus.RESOLVED, ExceptionStatus.DISMISSED)


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with its name: one of those done, the one that the order is at, or a later one."""

    label: str
    is_done: bool
    is_current: bool


def view_steps(order: OrderFacts, context: ViewContext) -> tuple[StepView, ...]:
    """Return the steps; there are none for what leads to no door, as when a parcel is lost."""
    shipments = [one for one in order.shipments if one.status in PLACES]
    reached = _reached(order, shipments)
    if reached is None:
        return ()
    labels = _labels(order, shipments)
    is_there = reached == len(labels) - 1
    return tuple(
        StepView(context.language.say(label), place < reached or is_there, place == reached)
        for place, label in enumerate(labels)
    )


def _reached(order: OrderFacts, shipments: Sequence[ShipmentFacts]) -> int | None:
    """Return the step that the order has reached: that of the parcel which comes next."""
    if order.status is OrderStatus.CANCELLED or _is_gone(order):
        return None
    coming = [one for one in shipments if one.status not in ENDED]
    if coming:
        return max(PLACES[one.status] for one in coming)
    if order.status is OrderStatus.PARTIALLY_DELIVERED:
        return None
    return max((PLACES[one.status] for one in shipments), default=0)


def _is_gone(order: OrderFacts) -> bool:
    return any(one.type in GONE and one.status not in CLOSED for one in order.troubles)


def _labels(order: OrderFacts, shipments: Sequence[ShipmentFacts]) -> tuple[Message, ...]:
    if shipments and all(one.status in GOING for one in shipments):
        return AND_BACK
    is_collected = order.delivery_method is DeliveryMethod.PICKUP
    is_waiting = any(one.status is ShipmentStatus.AVAILABLE_FOR_PICKUP for one in shipments)
    return TO_A_COUNTER if is_collected or is_waiting else TO_THE_DOOR

