"""Single items of an order are cancelled, and its shipments go on with what is left in them."""

from typing import Any

import pytest

from access.viewer import SYSTEM
from errors import Conflict, DomainError, IllegalTransition, Invalid, NotFound
from models.changes import Change
from models.enums import ChangeKind, OrderStatus, ShipmentStatus, TrackingEventType
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from models.shipments import Shipment, ShipmentItem
from tests.factories.acts import make_events, make_order, make_shipment, shipment_node_id
from tests.factories.drafts import ago, build_event_draft, build_item_draft
from tests.tracking.assertions import assert_refused, change_kinds_after, current_head
from tracking.inputs import DispatchDraft, PiecesDraft
from tracking.orders.commands import cancel_order, hold_order
from tracking.shipments.commands import pack_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

REASON = "sold out"
MUGS_AND_CUP = [build_item_draft(quantity=3), build_item_draft(sku="CUP", quantity=1)]


async def lines_of(order: Order) -> list[OrderItem]:
    return await OrderItem.filter(order_id=order.id).order_by("line")


async def pieces(order: Order, **quantities: int) -> list[PiecesDraft]:
    """So many pieces of each item, by its sku."""
    ids = {line.sku: node_id(NodeType.ITEM, line.id) for line in await lines_of(order)}
    return [PiecesDraft(item_id=ids[sku], quantity=count) for sku, count in quantities.items()]


async def cancel(tracker: Tracker, order: Order, **quantities: int) -> None:
    items = await pieces(order, **quantities)
    await cancel_order(tracker, SYSTEM, order.tracking_id, REASON, items=items)
    await order.refresh_from_db()


async def contents_of(shipment: Shipment) -> dict[str, tuple[int, int]]:
    """How many pieces were put into a shipment, and how many it holds, by sku."""
    rows = await ShipmentItem.filter(shipment_id=shipment.id).prefetch_related("item")
    return {row.item.sku: (row.quantity, row.held_quantity) for row in rows}


async def cancelled_of(order: Order) -> list[int]:
    return [line.cancelled_quantity for line in await lines_of(order)]


async def scan(tracker: Tracker, shipment: Shipment, type_: TrackingEventType) -> None:
    id_ = shipment_node_id(shipment.id)
    await make_events(tracker, build_event_draft(type_, shipment_id=id_))


async def test_a_line_is_cancelled_and_the_dispatched_one_goes_on(tracker: Tracker) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP)
    shipment = await make_shipment(tracker, order, items=await pieces(order, MUG=3))
    await dispatch_shipment(
        tracker, SYSTEM, shipment_node_id(shipment.id), DispatchDraft(carrier="dhl")
    )
    before = await current_head()

    await cancel(tracker, order, CUP=1)

    await shipment.refresh_from_db()
    assert (order.status, order.cancel_reason, order.cancelled_at) == (
        OrderStatus.PACKED,
        None,
        None,
    )
    assert (shipment.status, await contents_of(shipment)) == (
        ShipmentStatus.PRE_TRANSIT,
        {"MUG": (3, 3)},
    )
    status, amended = await Change.filter(position__gt=before).order_by("position")
    assert (status.kind, status.status, status.reason) == (
        ChangeKind.ORDER_STATUS,
        "PACKED",
        REASON,
    )
    assert (amended.kind, amended.reason) == (ChangeKind.ORDER_AMENDED, REASON)
    assert amended.details == {
        "differences": [{"field": "items.CUP.cancelledQuantity", "before": "0", "after": "1"}]
    }


@pytest.mark.parametrize("is_packed", [False, True])
async def test_a_shipment_shrinks_and_its_history_says_so(
    tracker: Tracker, *, is_packed: bool
) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP)
    shipment = await make_shipment(tracker, order)
    if is_packed:
        await pack_shipment(tracker, SYSTEM, shipment_node_id(shipment.id))
    before = await current_head()

    await cancel(tracker, order, MUG=2, CUP=1)

    assert await cancelled_of(order) == [2, 1]
    assert await contents_of(shipment) == {"MUG": (1, 1)}
    shrunk, amended = await Change.filter(position__gt=before).order_by("position")
    assert (shrunk.kind, shrunk.shipment_id, shrunk.reason) == (
        ChangeKind.SHIPMENT_AMENDED,
        shipment.id,
        REASON,
    )
    assert shrunk.details == {
        "differences": [
            {"field": "items.MUG.quantity", "before": "3", "after": "1"},
            {"field": "items.CUP.quantity", "before": "1", "after": "0"},
        ]
    }
    assert amended.kind is ChangeKind.ORDER_AMENDED


async def test_later_scans_move_what_is_left_of_a_shipment(tracker: Tracker) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP)
    shipment = await make_shipment(tracker, order)
    await cancel(tracker, order, MUG=1, CUP=1)

    await scan(tracker, shipment, TrackingEventType.DELIVERED)

    await order.refresh_from_db()
    mugs, cups = await lines_of(order)
    assert (mugs.delivered_quantity, mugs.cancelled_quantity) == (2, 1)
    assert (cups.delivered_quantity, cups.cancelled_quantity) == (0, 1)
    assert order.status is OrderStatus.DELIVERED


async def test_a_shipment_without_pieces_is_cancelled(tracker: Tracker) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP)
    mugs = await make_shipment(tracker, order, items=await pieces(order, MUG=3))
    cup = await make_shipment(tracker, order)
    before = await current_head()

    await cancel(tracker, order, CUP=1)

    await cup.refresh_from_db()
    await mugs.refresh_from_db()
    assert (cup.status, cup.cancel_reason) == (ShipmentStatus.CANCELLED, REASON)
    assert await contents_of(cup) == {"CUP": (1, 0)}
    assert mugs.status is ShipmentStatus.PENDING
    assert order.status is OrderStatus.CONFIRMED
    assert await change_kinds_after(before) == [
        ChangeKind.SHIPMENT_STATUS,
        ChangeKind.ORDER_AMENDED,
    ]


async def test_a_scan_revives_what_was_last_in_a_shipment_and_uncancels_it(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP)
    shipment = await make_shipment(tracker, order)
    await cancel(tracker, order, MUG=1, CUP=1)
    await cancel(tracker, order, MUG=2)
    await shipment.refresh_from_db()
    assert (order.status, order.cancel_reason) == (OrderStatus.CANCELLED, REASON)
    assert (shipment.status, await contents_of(shipment)) == (
        ShipmentStatus.CANCELLED,
        {"MUG": (2, 0)},
    )

    await scan(tracker, shipment, TrackingEventType.PICKED_UP)

    await order.refresh_from_db()
    assert await contents_of(shipment) == {"MUG": (2, 2)}
    assert await cancelled_of(order) == [1, 1]
    assert (order.status, order.cancelled_at) == (OrderStatus.SHIPPED, None)


async def test_cancelling_the_last_pieces_cancels_the_order(tracker: Tracker) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP)
    items = await pieces(order, MUG=3, CUP=1)

    await cancel_order(
        tracker, SYSTEM, order.tracking_id, REASON, ago(hours=1), order.sequence, items
    )

    await order.refresh_from_db()
    assert (order.status, order.cancel_reason, order.cancelled_at) == (
        OrderStatus.CANCELLED,
        REASON,
        ago(hours=1),
    )
    async with assert_refused(IllegalTransition, "trackingId"):
        await cancel(tracker, order, MUG=1)


async def test_lines_with_the_same_sku_are_told_apart(tracker: Tracker) -> None:
    order = await make_order(tracker, items=[build_item_draft(), build_item_draft()])
    second = node_id(NodeType.ITEM, (await lines_of(order))[1].id)
    before = await current_head()

    items = [PiecesDraft(item_id=second, quantity=1)]
    await cancel_order(tracker, SYSTEM, order.tracking_id, REASON, items=items)

    amended = await Change.get(position=before + 1)
    field = f"items.MUG[{second}].cancelledQuantity"
    assert amended.details == {"differences": [{"field": field, "before": "0", "after": "1"}]}
    assert await cancelled_of(order) == [0, 1]


async def test_an_order_on_hold_stays_on_hold(tracker: Tracker) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP)
    await hold_order(tracker, SYSTEM, order.tracking_id, "fraud check")

    await cancel(tracker, order, CUP=1)
    assert (order.status, await cancelled_of(order)) == (OrderStatus.ON_HOLD, [0, 1])

    await cancel(tracker, order, MUG=3)
    assert order.status is OrderStatus.CANCELLED


async def test_a_pending_order_stays_pending(tracker: Tracker) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP, confirmed=False)

    await cancel(tracker, order, MUG=1)

    assert (order.status, await cancelled_of(order)) == (OrderStatus.PENDING, [1, 0])


@pytest.mark.parametrize(
    ("quantities", "refusal", "field", "message"),
    [
        (
            {},
            Invalid,
            "items",
            "Send at least one item, or leave items out to cancel all that has not shipped.",
        ),
        (
            {"CUP": 1, "MUG": 2},
            Invalid,
            "items.1.quantity",
            "At most 1 of MUG can be cancelled: of 3 pieces 1 have left and 1 are cancelled"
            " already. Send a quantity of at most 1.",
        ),
        ({"MUG": 0}, Invalid, "items.0.quantity", "Send a quantity from 1 to 1000000."),
    ],
)
async def test_what_cannot_be_cancelled_is_refused_whole(
    tracker: Tracker,
    quantities: dict[str, int],
    refusal: type[DomainError],
    field: str,
    message: str,
) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP)
    shipment = await make_shipment(tracker, order, items=await pieces(order, MUG=1))
    await scan(tracker, shipment, TrackingEventType.PICKED_UP)
    await cancel(tracker, order, MUG=1)

    async with assert_refused(refusal, *field.split(".")):
        await cancel(tracker, order, **quantities)
    with pytest.raises(refusal) as refused:
        await cancel(tracker, order, **quantities)
    assert refused.value.message == message


async def test_an_item_of_another_order_is_not_found(tracker: Tracker) -> None:
    order, other = [await make_order(tracker, items=MUGS_AND_CUP) for _ in range(2)]
    items = [*await pieces(order, MUG=1), *await pieces(other, CUP=1)]

    async with assert_refused(NotFound, "items", "1", "itemId"):
        await cancel_order(tracker, SYSTEM, order.tracking_id, REASON, items=items)


async def test_an_item_that_is_listed_twice_is_refused(tracker: Tracker) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP)
    items = await pieces(order, MUG=1) * 2

    async with assert_refused(Invalid, "items"):
        await cancel_order(tracker, SYSTEM, order.tracking_id, REASON, items=items)


async def test_a_second_call_cancels_as_many_again_unless_it_names_the_sequence(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker, items=MUGS_AND_CUP)
    items, seen = await pieces(order, MUG=1), order.sequence
    call: dict[str, Any] = {"expected_sequence": seen, "items": items}

    await cancel_order(tracker, SYSTEM, order.tracking_id, REASON, **call)
    async with assert_refused(Conflict, "expectedSequence"):
        await cancel_order(tracker, SYSTEM, order.tracking_id, REASON, **call)
    await cancel(tracker, order, MUG=1)

    assert await cancelled_of(order) == [2, 0]
