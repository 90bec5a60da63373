"""Orders are confirmed, held, released and cancelled."""

from datetime import timedelta

import pytest

from access.viewer import SYSTEM
from errors import Conflict, IllegalTransition, Invalid, NotFound
from models.changes import Change
from models.enums import ChangeKind, OrderStatus, ShipmentStatus, TrackingEventType
from models.node_ids import NodeType, node_id
from models.orders import OrderItem
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import NOW, ago, build_carrier_event_draft, build_item_draft
from tests.tracking.assertions import (
    assert_nothing_changes,
    assert_refused,
    change_kinds_after,
    current_head,
)
from tracking.inputs import PiecesDraft
from tracking.orders.commands import cancel_order, confirm_order, hold_order, release_order
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


async def test_confirming_twice_changes_nothing_the_second_time(tracker: Tracker) -> None:
    order = await make_order(tracker, confirmed=False)

    await confirm_order(tracker, SYSTEM, order.tracking_id, ago(minutes=5))
    async with assert_nothing_changes():
        await confirm_order(tracker, SYSTEM, order.tracking_id)

    await order.refresh_from_db()
    assert (order.status, order.confirmed_at) == (OrderStatus.CONFIRMED, ago(minutes=5))
    assert await change_kinds_after(0) == [ChangeKind.ORDER_CREATED, ChangeKind.ORDER_STATUS]


async def test_a_command_happens_in_the_past_or_is_refused(tracker: Tracker) -> None:
    order = await make_order(tracker, confirmed=False)

    async with assert_refused(Invalid, "occurredAt"):
        await confirm_order(tracker, SYSTEM, order.tracking_id, NOW + timedelta(hours=1))


@pytest.mark.parametrize("tracking_id", ["", "WA-7K3M-9QXP-2V4T-8HRC-5", "\ud800"])
async def test_an_unknown_tracking_id_is_not_found(tracker: Tracker, tracking_id: str) -> None:
    async with assert_refused(NotFound, "trackingId"):
        await confirm_order(tracker, SYSTEM, tracking_id)


async def test_a_hold_stops_shipping_until_it_is_released(tracker: Tracker) -> None:
    order = await make_order(tracker)

    await hold_order(tracker, SYSTEM, order.tracking_id, "fraud check")
    async with assert_refused(IllegalTransition, "trackingId"):
        await make_shipment(tracker, order)
    async with assert_nothing_changes():
        await hold_order(tracker, SYSTEM, order.tracking_id, "fraud check")
    async with assert_refused(IllegalTransition, "trackingId"):
        await hold_order(tracker, SYSTEM, order.tracking_id, "something else")
    await release_order(tracker, SYSTEM, order.tracking_id)
    async with assert_nothing_changes():
        await release_order(tracker, SYSTEM, order.tracking_id)

    await order.refresh_from_db()
    assert (order.status, order.hold_reason) == (OrderStatus.CONFIRMED, None)


async def test_a_hold_released_after_shipping_is_logged_all_the_same(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order)
    await hold_order(tracker, SYSTEM, order.tracking_id, "fraud check")
    await make_events(tracker, build_carrier_event_draft(TrackingEventType.PICKED_UP))
    before = await current_head()

    await release_order(tracker, SYSTEM, order.tracking_id)

    await order.refresh_from_db()
    change = await Change.get(position=before + 1)
    assert order.status is OrderStatus.SHIPPED
    assert change.details == {
        "differences": [{"field": "holdReason", "before": "fraud check", "after": None}]
    }


async def test_a_delivered_order_cannot_be_cancelled(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order)
    await make_events(tracker, build_carrier_event_draft(TrackingEventType.DELIVERED))

    async with assert_refused(IllegalTransition, "trackingId"):
        await cancel_order(tracker, SYSTEM, order.tracking_id, "changed my mind")

    await order.refresh_from_db()
    assert order.status is OrderStatus.DELIVERED


async def test_cancelling_takes_the_unshipped_pieces_with_their_shipments(tracker: Tracker) -> None:
    order = await make_order(tracker)
    shipment = await make_shipment(tracker, order)
    before = await current_head()

    await cancel_order(tracker, SYSTEM, order.tracking_id, "changed my mind", ago(hours=1))
    async with assert_nothing_changes():
        await cancel_order(tracker, SYSTEM, order.tracking_id, "changed my mind")
    async with assert_refused(IllegalTransition, "trackingId"):
        await cancel_order(tracker, SYSTEM, order.tracking_id, "another reason")

    await order.refresh_from_db()
    await shipment.refresh_from_db()
    assert (order.status, order.cancelled_at) == (OrderStatus.CANCELLED, ago(hours=1))
    assert (shipment.status, shipment.cancel_reason) == (
        ShipmentStatus.CANCELLED,
        "changed my mind",
    )
    assert await change_kinds_after(before) == [ChangeKind.SHIPMENT_STATUS, ChangeKind.ORDER_STATUS]


async def test_shipped_pieces_are_not_cancelled(tracker: Tracker) -> None:
    order = await make_order(tracker, items=[build_item_draft(quantity=5)])
    (line,) = await OrderItem.filter(order_id=order.id)
    pieces = PiecesDraft(item_id=node_id(NodeType.ITEM, line.id), quantity=2)
    shipment = await make_shipment(tracker, order, items=[pieces])
    await make_events(
        tracker,
        build_carrier_event_draft(
            TrackingEventType.DELIVERED, shipment_id=shipment_node_id(shipment.id)
        ),
    )
    before = await current_head()

    await cancel_order(tracker, SYSTEM, order.tracking_id, "the rest is out of stock")

    await order.refresh_from_db()
    await line.refresh_from_db()
    assert (line.cancelled_quantity, line.delivered_quantity) == (3, 2)
    assert order.status is OrderStatus.DELIVERED
    assert await change_kinds_after(before) == [ChangeKind.ORDER_STATUS, ChangeKind.ORDER_AMENDED]
    amended = await Change.get(position=before + 2)
    assert (amended.reason, amended.details) == (
        "the rest is out of stock",
        {"differences": [{"field": "items.MUG.cancelledQuantity", "before": "0", "after": "3"}]},
    )


async def test_an_expected_sequence_that_has_passed_is_a_conflict(tracker: Tracker) -> None:
    order = await make_order(tracker)
    assert order.sequence == 2

    async with assert_refused(Conflict, "expectedSequence"):
        await cancel_order(tracker, SYSTEM, order.tracking_id, "late", expected_sequence=1)
    await cancel_order(tracker, SYSTEM, order.tracking_id, "in time", expected_sequence=2)

    await order.refresh_from_db()
    assert order.status is OrderStatus.CANCELLED
