"""Commands on a real order: they make of it only what was said that they may."""

import random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth import SYSTEM
from errors import Refusal
from models.enums import TrackingEventType
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from models.shipments import Shipment
from tests.factories.acts import make_events, make_order, shipment_node_id
from tests.factories.drafts import ago, build_event_draft, build_item_draft
from tracking.acts import Tracker
from tracking.drafts import DispatchDraft, PiecesDraft, ShipmentDraft
from tracking.orders import cancel_order, confirm_order, hold_order, release_order
from tracking.shipment_creation import create_shipment
from tracking.shipments import cancel_shipment, dispatch_shipment, pack_shipment

pytestmark = pytest.mark.usefixtures("db")

ORDER_ACTS = ("confirm", "hold", "release", "cancel", "ship", "ship")
SHIPMENT_ACTS = ("pack", "dispatch", "withdraw", "news", "news", "revive")
WORDS = [*ORDER_ACTS, *SHIPMENT_ACTS]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.sampled_from(WORDS), min_size=4, max_size=14), st.randoms())
async def test_a_command_makes_of_an_order_only_what_was_said_before(
    tracker: Tracker, words: list[str], chance: random.Random
) -> None:
    items = [build_item_draft(quantity=2), build_item_draft(sku="CUP", quantity=1)]
    order = await make_order(tracker, confirmed=False, items=items)

    for word in ["confirm", "ship", *words]:
        before = await Order.get(id=order.id)
        try:
            await do(tracker, word, order, chance)
        except Refusal:
            continue
        after = await Order.get(id=order.id)
        if word not in ("news", "revive"):
            assert after.status in (before.status, *before.next_statuses), word


async def do(tracker: Tracker, word: str, order: Order, chance: random.Random) -> None:
    if word == "ship":
        item = chance.choice(await OrderItem.filter(order_id=order.id))
        one = PiecesDraft(item_id=node_id(NodeType.ITEM, item.id), quantity=1)
        draft = ShipmentDraft(items=chance.choice([None, [one]]))
        await create_shipment(tracker, SYSTEM, order.tracking_id, draft)
    elif word in ORDER_ACTS:
        await act_on_order(tracker, word, order.tracking_id)
    else:
        shipments = await Shipment.filter(order_id=order.id)
        if shipments:
            await act_on_shipment(tracker, word, chance.choice(shipments).id, chance)


async def act_on_order(tracker: Tracker, word: str, tracking_id: str) -> None:
    if word == "confirm":
        await confirm_order(tracker, SYSTEM, tracking_id)
    elif word == "hold":
        await hold_order(tracker, SYSTEM, tracking_id, "Payment")
    elif word == "release":
        await release_order(tracker, SYSTEM, tracking_id)
    else:
        await cancel_order(tracker, SYSTEM, tracking_id, "Changed my mind")


async def act_on_shipment(tracker: Tracker, word: str, id_: UUID, chance: random.Random) -> None:
    node = shipment_node_id(id_)
    if word == "pack":
        await pack_shipment(tracker, SYSTEM, node)
    elif word == "dispatch":
        await dispatch_shipment(tracker, SYSTEM, node, DispatchDraft(carrier="ups"))
    elif word == "withdraw":
        await cancel_shipment(tracker, SYSTEM, node, "Not needed")
    else:
        type_ = TrackingEventType.PICKED_UP
        if word == "news":
            type_ = chance.choice(list(TrackingEventType))
        when = ago(minutes=chance.randint(1, 10_000))
        await make_events(tracker, build_event_draft(type_, shipment_id=node, occurred_at=when))
