"""The example orders of the demo are in the situations that their titles say."""

import pytest

from commands.example_orders import EXAMPLES, place_examples
from models.exceptions import OrderException
from models.orders import Order
from models.shipments import Shipment
from unit_of_work.unit_of_work import Tracker

STATUSES = {
    "out for delivery": ("OUT_FOR_DELIVERY", set()),
    "nobody was there": ("DELIVERY_ATTEMPTED", {"RECIPIENT_UNAVAILABLE"}),
    "the address is wrong": ("IN_TRANSIT", {"ADDRESS_PROBLEM"}),
    "held by customs": ("IN_TRANSIT", {"CUSTOMS_HOLD"}),
    "late": ("IN_TRANSIT", set()),
    "ready to collect": ("AVAILABLE_FOR_PICKUP", set()),
    "arrived": ("DELIVERED", set()),
    "damaged": ("IN_TRANSIT", {"DAMAGED"}),
    "lost": ("LOST", {"LOST"}),
    "going back": ("RETURNING", set()),
}
"""The status of each example's parcel, and its exceptions."""


@pytest.mark.usefixtures("db")
async def test_every_example_is_in_the_situation_of_its_title(tracker: Tracker) -> None:
    examples = await place_examples(tracker)

    found = {title: await _situation(tracking_id) for title, tracking_id in examples.items()}

    assert await Order.all().count() == len(EXAMPLES)
    assert found == STATUSES


async def _situation(tracking_id: str) -> tuple[str, set[str]]:
    order = await Order.get(tracking_id=tracking_id)
    shipment = await Shipment.get(order_id=order.id)
    exceptions = await OrderException.filter(order_id=order.id)
    return shipment.status.value, {exception.type.value for exception in exceptions}
