"""The holder of a tracking link follows the order of the link, and no other."""

import pytest

from access.viewer import link_viewer
from engine.operations import InvalidOperation
from errors import NotFound
from models.orders import Order
from tests.factories.full_orders import FullOrder, make_full_order
from tests.schema.api import Api


@pytest.fixture
async def other_order(api: Api, full_order: FullOrder) -> Order:
    other = await make_full_order(api.tracker, reference="R-2002", number="1Z999AA10123456785")
    return await Order.get(tracking_id=other.tracking_id)


@pytest.fixture
async def order(full_order: FullOrder) -> Order:
    return await Order.get(tracking_id=full_order.tracking_id)


FOLLOW = """subscription($ids: [ID!]!) { orderChanged(trackingIds: $ids, after: 0) {
  sequence order { trackingId reference customer { name orders { totalCount } } }
} }"""


async def test_the_changes_of_the_order_come_without_gaps(
    api: Api, order: Order, other_order: Order
) -> None:
    async with api.stream(FOLLOW, link_viewer(order.id), ids=[order.tracking_id]) as answers:
        seen = [await anext(answers) for _ in range(order.sequence)]

    assert [answer.errors for answer in seen] == [[]] * order.sequence
    changes = [(answer.data or {})["orderChanged"] for answer in seen]
    assert [change["sequence"] for change in changes] == [*range(1, order.sequence + 1)]
    assert changes[0]["order"] == {
        "trackingId": order.tracking_id,
        "reference": "R-1001",
        "customer": {"name": "Customer 1", "orders": {"totalCount": 1}},
    }


async def test_another_order_cannot_be_followed_as_if_it_were_unknown(
    api: Api, order: Order, other_order: Order
) -> None:
    viewer, own, other = link_viewer(order.id), order.tracking_id, other_order.tracking_id
    # Somebody who may follow it does so already, by the same document and variables.
    async with api.stream(FOLLOW, link_viewer(other_order.id), ids=[other]) as answers:
        await anext(answers)
        refusals = []
        for ids in ([other], [own, other], ["WA-7K3M-9QXP-2V4T-8HRC-5"]):
            with pytest.raises(InvalidOperation) as refused:
                async with api.stream(FOLLOW, viewer, ids=ids):
                    pass
            (error,) = refused.value.errors
            assert isinstance(error.original_error, NotFound)
            refusals.append(str(error.original_error))

    assert set(refusals) == {"No order has one of these tracking ids."}
