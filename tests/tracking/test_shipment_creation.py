"""Creating shipments, and the pieces that go into them."""

from typing import Any

import pytest

from access.viewer import SYSTEM
from errors import Conflict, DomainError, IllegalTransition, Invalid, LimitExceeded, NotFound
from models.changes import Change
from models.enums import ChangeKind
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from tests.factories.acts import make_order, make_shipment
from tests.factories.drafts import ago, build_item_draft
from tests.tracking.assertions import assert_nothing_changes, assert_refused, current_head
from tracking.inputs import PiecesDraft, ShipmentDraft
from tracking.shipments import creation
from tracking.shipments.creation import create_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


async def pieces(order: Order, *quantities: int) -> list[PiecesDraft]:
    lines = await OrderItem.filter(order_id=order.id).order_by("line")
    return [
        PiecesDraft(item_id=node_id(NodeType.ITEM, line.id), quantity=quantity)
        for line, quantity in zip(lines, quantities, strict=False)
    ]


async def test_without_items_all_that_is_left_goes_in(tracker: Tracker) -> None:
    order = await make_order(tracker, items=[build_item_draft(quantity=3)])
    await make_shipment(tracker, order, items=await pieces(order, 1))

    await make_shipment(tracker, order)

    line = await OrderItem.get(order_id=order.id)
    assert (line.allocated_quantity, line.free_quantity) == (3, 0)
    async with assert_refused(Conflict, "input", "items"):
        await make_shipment(tracker, order)


async def test_a_shipment_starts_pending_and_is_logged(tracker: Tracker) -> None:
    order = await make_order(tracker)
    before = await current_head()

    shipment = await make_shipment(tracker, order, carrier="DHL Express", occurred_at=ago(hours=2))

    change = await Change.get(position=before + 1)
    assert (change.kind, change.previous, change.status, change.carrier) == (
        ChangeKind.SHIPMENT_STATUS,
        None,
        "PENDING",
        "dhl_express",
    )
    assert (shipment.created_at, shipment.next_statuses) == (
        ago(hours=2),
        ["PACKED", "PRE_TRANSIT", "CANCELLED"],
    )


@pytest.mark.parametrize(
    ("values", "refusal", "field"),
    [
        ({"items": []}, Invalid, "items"),
        ({"items": [PiecesDraft(item_id="item_?", quantity=1)]}, NotFound, "items.0.itemId"),
        ({"carrier": "?"}, Invalid, "carrier"),
        ({"service": ""}, Invalid, "service"),
        ({"occurred_at": ago(hours=-1)}, Invalid, "occurredAt"),
        ({"idempotency_key": "\x00"}, Invalid, "idempotencyKey"),
    ],
)
async def test_refusals_of_creation_name_the_path_of_the_argument(
    tracker: Tracker, values: dict[str, Any], refusal: type[DomainError], field: str
) -> None:
    order = await make_order(tracker)

    async with assert_refused(refusal, "input", *field.split(".")):
        await make_shipment(tracker, order, **values)


async def test_no_more_than_is_free_goes_into_a_shipment(tracker: Tracker) -> None:
    order = await make_order(
        tracker, items=[build_item_draft(), build_item_draft(sku="CUP", quantity=1)]
    )

    async with assert_refused(Conflict, "input", "items", "1", "quantity"):
        await make_shipment(tracker, order, items=await pieces(order, 2, 2))
    async with assert_refused(Invalid, "input", "items"):
        await make_shipment(tracker, order, items=(await pieces(order, 1)) * 2)


async def test_only_a_confirmed_order_is_shipped(tracker: Tracker) -> None:
    order = await make_order(tracker, confirmed=False)

    async with assert_refused(IllegalTransition, "trackingId"):
        await make_shipment(tracker, order)


async def test_an_order_has_so_many_shipments_and_no_more(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creation, "MAXIMUM_SHIPMENTS", 1)
    order = await make_order(tracker)
    await make_shipment(tracker, order, items=await pieces(order, 1))

    async with assert_refused(LimitExceeded, "trackingId"):
        await make_shipment(tracker, order)


async def test_the_same_key_makes_one_shipment(tracker: Tracker) -> None:
    order = await make_order(tracker)
    first = await make_shipment(tracker, order, idempotency_key="k")

    async with assert_nothing_changes():
        again = ShipmentDraft(idempotency_key="k")
        assert await create_shipment(tracker, SYSTEM, order.tracking_id, again) == first.id
    async with assert_refused(Conflict, "input", "idempotencyKey"):
        await make_shipment(tracker, order, idempotency_key="k", carrier="ups")
