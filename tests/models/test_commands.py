"""Commands change an order only to statuses that its next statuses list."""

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.viewer import SYSTEM
from errors import DomainError
from models.enums import TrackingEventType
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from models.shipments import Shipment
from tests.factories.acts import make_events, make_order, shipment_node_id
from tests.factories.drafts import ago, build_event_draft, build_item_draft
from tests.profiles import examples
from tracking.inputs import DispatchDraft, PiecesDraft, ShipmentDraft
from tracking.orders.commands import cancel_order, confirm_order, hold_order, release_order
from tracking.shipments.commands import cancel_shipment, pack_shipment
from tracking.shipments.creation import create_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

ORDER_COMMANDS = ("confirm", "hold", "release", "cancel", "ship", "ship")
OF_ONE_ITEM = ("ship", "cancel_item")
SHIPMENT_STEPS = ("pack", "dispatch", "withdraw", "event", "event", "revive")
STEPS = [*ORDER_COMMANDS, "cancel_item", *SHIPMENT_STEPS]


@examples(40, on_one_database=True)
@given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=14), st.randoms())
async def test_a_command_changes_an_order_only_to_one_of_its_next_statuses(
    tracker: Tracker, steps: list[str], source: random.Random
) -> None:
    items = [build_item_draft(quantity=2), build_item_draft(sku="CUP", quantity=1)]
    order = await make_order(tracker, confirmed=False, items=items)

    for step in ["confirm", "ship", *steps]:
        before = await Order.get(id=order.id)
        try:
            await run_step(tracker, step, order, source)
        except DomainError:
            continue
        after = await Order.get(id=order.id)
        if step not in ("event", "revive"):
            assert after.status in (before.status, *before.next_statuses), step


async def run_step(tracker: Tracker, step: str, order: Order, source: random.Random) -> None:
    if step in OF_ONE_ITEM:
        item = source.choice(await OrderItem.filter(order_id=order.id))
        piece = PiecesDraft(item_id=node_id(NodeType.ITEM, item.id), quantity=1)
        if step == "ship":
            draft = ShipmentDraft(items=source.choice([None, [piece]]))
            await create_shipment(tracker, SYSTEM, order.tracking_id, draft)
        else:
            await cancel_order(tracker, SYSTEM, order.tracking_id, "Sold out", items=[piece])
    elif step in ORDER_COMMANDS:
        await run_order_command(tracker, step, order.tracking_id)
    else:
        shipments = await Shipment.filter(order_id=order.id)
        if shipments:
            await run_shipment_step(tracker, step, source.choice(shipments).id, source)


async def run_order_command(tracker: Tracker, step: str, tracking_id: str) -> None:
    if step == "confirm":
        await confirm_order(tracker, SYSTEM, tracking_id)
    elif step == "hold":
        await hold_order(tracker, SYSTEM, tracking_id, "Payment")
    elif step == "release":
        await release_order(tracker, SYSTEM, tracking_id)
    else:
        await cancel_order(tracker, SYSTEM, tracking_id, "Changed my mind")


async def run_shipment_step(tracker: Tracker, step: str, id_: UUID, source: random.Random) -> None:
    node = shipment_node_id(id_)
    if step == "pack":
        await pack_shipment(tracker, SYSTEM, node)
    elif step == "dispatch":
        await dispatch_shipment(tracker, SYSTEM, node, DispatchDraft(carrier="ups"))
    elif step == "withdraw":
        await cancel_shipment(tracker, SYSTEM, node, "Not needed")
    else:
        type_ = TrackingEventType.PICKED_UP
        if step == "event":
            type_ = source.choice(list(TrackingEventType))
        when = ago(minutes=source.randint(1, 10_000))
        await make_events(tracker, build_event_draft(type_, shipment_id=node, occurred_at=when))
