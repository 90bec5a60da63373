"""Steps: the bar of an order, by the way on which it comes."""

import pytest

from language.locales import Language
from language.steps import steps
from models.enums import DeliveryMethod, OrderStatus, ShipmentStatus
from tests.language.order_facts import build_item, build_order, build_shipment

TO_THE_DOOR = ["Ordered", "Packed", "On its way", "Out for delivery", "Delivered"]
TO_A_POINT = ["Ordered", "Packed", "On its way", "Ready to collect", "Collected"]
AT_THE_SHOP = ["Ordered", "Packed", "Ready to collect", "Collected"]


@pytest.mark.parametrize(
    ("status", "current"),
    [
        (ShipmentStatus.PENDING, "Ordered"),
        (ShipmentStatus.PRE_TRANSIT, "Packed"),
        (ShipmentStatus.IN_TRANSIT, "On its way"),
        (ShipmentStatus.OUT_FOR_DELIVERY, "Out for delivery"),
        (ShipmentStatus.DELIVERY_ATTEMPTED, "Out for delivery"),
    ],
)
def test_the_furthest_parcel_is_the_current_step(
    english: Language, status: ShipmentStatus, current: str
) -> None:
    parcels = (build_shipment(ShipmentStatus.PENDING, id="1"), build_shipment(status, id="2"))
    bar = steps(english, build_order(OrderStatus.CONFIRMED, *parcels))

    assert [step.label for step in bar] == TO_THE_DOOR
    assert [step.label for step in bar if step.is_current] == [current]
    assert [step.label for step in bar if step.is_done] == TO_THE_DOOR[
        : TO_THE_DOOR.index(current) + 1
    ]


def test_what_has_arrived_has_all_steps(english: Language) -> None:
    delivered = build_shipment(ShipmentStatus.DELIVERED)
    bar = steps(english, build_order(OrderStatus.DELIVERED, delivered))

    assert [step.is_done for step in bar] == [True] * 5


@pytest.mark.parametrize(
    ("method", "carrier", "status", "labels", "current"),
    [
        (DeliveryMethod.PICKUP, "own", ShipmentStatus.PACKED, AT_THE_SHOP, "Packed"),
        (DeliveryMethod.PICKUP, None, ShipmentStatus.IN_TRANSIT, AT_THE_SHOP, "Packed"),
        (DeliveryMethod.PICKUP, "inpost", ShipmentStatus.IN_TRANSIT, TO_A_POINT, "On its way"),
        (
            DeliveryMethod.PICKUP,
            "inpost",
            ShipmentStatus.OUT_FOR_DELIVERY,
            TO_A_POINT,
            "On its way",
        ),
        (
            DeliveryMethod.STANDARD,
            "ups",
            ShipmentStatus.AVAILABLE_FOR_PICKUP,
            TO_A_POINT,
            "Ready to collect",
        ),
    ],
)
def test_what_is_collected_has_other_steps(
    english: Language,
    method: DeliveryMethod,
    carrier: str | None,
    status: ShipmentStatus,
    labels: list[str],
    current: str,
) -> None:
    parcel = build_shipment(status, carrier=carrier)
    bar = steps(english, build_order(OrderStatus.SHIPPED, parcel, delivery_method=method))

    assert [step.label for step in bar] == labels
    assert [step.label for step in bar if step.is_current] == [current]


def test_an_order_of_which_something_came_back_has_steps_only_while_more_comes(
    english: Language,
) -> None:
    """A bar that ends with "Delivered" would not be true of what is back."""
    back = build_shipment(ShipmentStatus.RETURNED, id="1")
    arrived = build_shipment(ShipmentStatus.DELIVERED, id="2")
    coming = build_shipment(ShipmentStatus.IN_TRANSIT, id="3")
    ended = build_order(OrderStatus.PARTIALLY_RETURNED, back, arrived)
    moving = build_order(OrderStatus.PARTIALLY_RETURNED, back, coming)

    assert steps(english, ended) == ()
    assert [step.label for step in steps(english, moving) if step.is_current] == ["On its way"]


def test_what_does_not_arrive_has_no_steps(english: Language) -> None:
    item = build_item(shipped_quantity=1)
    lost, going = ShipmentStatus.LOST, ShipmentStatus.RETURNING

    assert steps(english, build_order(OrderStatus.CANCELLED)) == ()
    assert steps(english, build_order(OrderStatus.RETURNED)) == ()
    for status in (lost, going):
        order = build_order(OrderStatus.SHIPPED, build_shipment(status), items=(item,))
        assert steps(english, order) == ()
