"""The example orders of the demo are in the situations that their titles say."""

import pytest

from commands.example_orders import EXAMPLES, place_examples
from models.orders import Order
from unit_of_work.unit_of_work import Tracker

STATUSES = {
    "out for delivery": "OUT_FOR_DELIVERY",
    "nobody was there": "DELIVERY_ATTEMPTED",
    "the address is wrong": "SHIPPED",
    "held by customs": "SHIPPED",
    "late": "SHIPPED",
    "ready to collect": "AVAILABLE_FOR_PICKUP",
    "arrived": "DELIVERED",
    "damaged": "SHIPPED",
    "lost": "LOST",
    "going back": "RETURNING",
}


@pytest.mark.usefixtures("db")
async def test_every_example_is_in_the_status_of_its_title(tracker: Tracker) -> None:
    examples = await place_examples(tracker)

    orders = {order.tracking_id: order for order in await Order.all()}

    assert len(orders) == len(EXAMPLES)
    assert {title: orders[id_].status.value for title, id_ in examples.items()} == STATUSES
