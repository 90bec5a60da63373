"""Steps: the way of an order as a bar, from the order to the door."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from language.carriers import carrier_name
from language.facts import OrderFacts
from language.locales import Language
from language.messages import context_message
from language.progress import expected_shipments, is_gone_back, is_lost, live_shipments
from models.enums import DeliveryMethod, OrderStatus, ShipmentStatus


class StepName(StrEnum):
    """The steps that an order can have; which ones it has depends on the way of delivery."""

    ORDERED = "ORDERED"
    PACKED = "PACKED"
    ON_ITS_WAY = "ON_ITS_WAY"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    READY_TO_COLLECT = "READY_TO_COLLECT"
    DELIVERED = "DELIVERED"
    COLLECTED = "COLLECTED"


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One step of the bar. The current one is the furthest that the order has reached."""

    name: StepName
    label: str
    is_done: bool
    is_current: bool


STEP_LABELS = MappingProxyType(
    {
        StepName.ORDERED: context_message("step of an order", "Ordered"),
        StepName.PACKED: context_message("step of an order", "Packed"),
        StepName.ON_ITS_WAY: context_message("step of an order", "On its way"),
        StepName.OUT_FOR_DELIVERY: context_message("step of an order", "Out for delivery"),
        StepName.READY_TO_COLLECT: context_message("step of an order", "Ready to collect"),
        StepName.DELIVERED: context_message("step of an order", "Delivered"),
        StepName.COLLECTED: context_message("step of an order", "Collected"),
    }
)
TO_THE_DOOR = (
    StepName.ORDERED,
    StepName.PACKED,
    StepName.ON_ITS_WAY,
    StepName.OUT_FOR_DELIVERY,
    StepName.DELIVERED,
)
TO_A_PICKUP_POINT = (
    StepName.ORDERED,
    StepName.PACKED,
    StepName.ON_ITS_WAY,
    StepName.READY_TO_COLLECT,
    StepName.COLLECTED,
)
AT_THE_SHOP = (
    StepName.ORDERED,
    StepName.PACKED,
    StepName.READY_TO_COLLECT,
    StepName.COLLECTED,
)
REACHED = MappingProxyType(
    {
        ShipmentStatus.PENDING: StepName.ORDERED,
        ShipmentStatus.PACKED: StepName.PACKED,
        ShipmentStatus.PRE_TRANSIT: StepName.PACKED,
        ShipmentStatus.IN_TRANSIT: StepName.ON_ITS_WAY,
        ShipmentStatus.OUT_FOR_DELIVERY: StepName.OUT_FOR_DELIVERY,
        ShipmentStatus.DELIVERY_ATTEMPTED: StepName.OUT_FOR_DELIVERY,
        ShipmentStatus.AVAILABLE_FOR_PICKUP: StepName.READY_TO_COLLECT,
    }
)
"""How far a parcel has come that is still expected."""
REACHED_BY_ORDER = MappingProxyType(
    {
        OrderStatus.PACKED: StepName.PACKED,
        OrderStatus.PARTIALLY_SHIPPED: StepName.ON_ITS_WAY,
        OrderStatus.SHIPPED: StepName.ON_ITS_WAY,
        OrderStatus.OUT_FOR_DELIVERY: StepName.OUT_FOR_DELIVERY,
        OrderStatus.PARTIALLY_DELIVERED: StepName.ON_ITS_WAY,
        OrderStatus.DELIVERED: StepName.COLLECTED,
    }
)
"""How far an order has come of which no parcel is still expected."""


def steps(language: Language, order: OrderFacts) -> tuple[ProgressStep, ...]:
    """Return the steps of the order; none for one that does not arrive: cancelled, lost, back.

    An order that came back in part has none either, unless more of it is still to arrive.
    """
    if order.status is OrderStatus.CANCELLED or is_gone_back(order) or is_lost(order):
        return ()
    if order.status is OrderStatus.PARTIALLY_RETURNED and not expected_shipments(order):
        return ()
    names = _names(order)
    reached = _reached(order, names)
    return tuple(
        ProgressStep(name, language.say(STEP_LABELS[name]), place <= reached, place == reached)
        for place, name in enumerate(names)
    )


def _names(order: OrderFacts) -> tuple[StepName, ...]:
    shipments = live_shipments(order)
    if order.delivery_method is DeliveryMethod.PICKUP:
        is_carried = any(carrier_name(shipment.carrier) for shipment in shipments)
        return TO_A_PICKUP_POINT if is_carried else AT_THE_SHOP
    is_waiting = any(each.status is ShipmentStatus.AVAILABLE_FOR_PICKUP for each in shipments)
    return TO_A_PICKUP_POINT if is_waiting else TO_THE_DOOR


def _reached(order: OrderFacts, names: tuple[StepName, ...]) -> int:
    """Return the place of the furthest step that a parcel has reached which is still expected."""
    expected = [REACHED[shipment.status] for shipment in expected_shipments(order)]
    reached = expected or [REACHED_BY_ORDER.get(order.status, StepName.ORDERED)]
    return max(_place(name, names) for name in reached)


def _place(reached: StepName, names: tuple[StepName, ...]) -> int:
    """Return the place of a step, or of the last one before it if this order does not have it."""
    every = list(StepName)
    return max(
        place for place, name in enumerate(names) if every.index(name) <= every.index(reached)
    )
