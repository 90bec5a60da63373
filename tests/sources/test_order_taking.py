"""Orders of shops are taken in: created, amended, confirmed and cancelled as the shop says."""

from decimal import Decimal
from typing import Any

import pytest

from access.scopes import Scope
from access.viewer import SYSTEM, Viewer
from errors import Conflict
from models.changes import Change
from models.enums import OrderStatus, TrackingEventType
from models.enums.sources import SourceKind
from models.orders import Address, Order, OrderItem
from models.sources import OrderSource, ShopOrder
from sources.order_taking import REOPENED, problem_text, take_order
from tests.factories.acts import make_dispatched_shipment, make_events
from tests.factories.drafts import build_carrier_event_draft
from tests.sources.conftest import MakeSource
from tests.sources.shops import (
    changed_order,
    every_kind,
    is_cancelled,
    moves_to,
    read_order,
    reading_of,
    takes_out,
    versions,
)
from tracking.inputs import AddressDraft, CustomerDraft, ItemDraft, OrderAmendment, OrderDraft
from tracking.orders.amendment import amend_order
from tracking.orders.commands import cancel_order
from tracking.orders.creation import create_order
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


async def take(tracker: Tracker, source: OrderSource, *orders: dict[str, Any]) -> list[str]:
    """Take versions in, one after the other, and return the problems of the last one."""
    problems: list[str] = []
    for order in orders:
        problems = await take_order(tracker, source, reading_of(source.kind, order))
    return problems


async def ship(tracker: Tracker, order: Order) -> None:
    """The carrier has picked the whole order up."""
    await make_dispatched_shipment(tracker, order)
    await make_events(tracker, build_carrier_event_draft(TrackingEventType.PICKED_UP))


@every_kind
async def test_an_order_is_created_and_confirmed(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)

    assert await take(tracker, source, read_order(kind)) == []

    order = await Order.get().select_related("customer", "address")
    is_shopify = kind is SourceKind.SHOPIFY
    assert order.reference == ("#1001" if is_shopify else "727")
    assert (order.status, order.currency) == (OrderStatus.CONFIRMED, "EUR")
    assert order.total_minor == (4748 if is_shopify else 5488)
    assert order.placed_at.isoformat() == "2026-03-01T13:05:00+00:00"
    assert order.metadata == [
        {"key": "source", "value": "shop"},
        {"key": "sourceOrderId", "value": "6101234567890" if is_shopify else "727"},
    ]
    assert order.customer.name == "Customer One"
    assert order.customer.email == "customer1@example.com"
    assert order.customer.external_id == ("shop:8123456789012" if is_shopify else "shop:26")
    assert (order.address.line1, order.address.line2) == ("Sample Street 1", "2nd floor")
    assert (order.address.city, order.address.country) == ("Berlin", "DE")
    items = await OrderItem.filter(order_id=order.id).order_by("line")
    assert [(item.sku, item.quantity, item.unit_price_minor) for item in items] == (
        [("MUG-BLUE", 2, 999), ("47101234567002", 1, 2251)]
        if is_shopify
        else [("MUG-BLUE", 2, 999), ("22", 3, 1000)]
    )
    assert {change.actor for change in await Change.all()} == {"shop"}


@every_kind
async def test_a_version_that_comes_twice_changes_nothing(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)
    history = versions(kind, moves_to(kind, "Other Street 2"), is_cancelled(kind))
    await take(tracker, source, *history)
    changes = await Change.all().count()

    await take(tracker, source, *history)

    assert await Change.all().count() == changes
    assert await Order.all().count() == 1


@every_kind
async def test_only_what_differs_is_amended(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)
    await take(tracker, source, *versions(kind, moves_to(kind, "Other Street 2")))

    change = await Change.all().order_by("-position").first()

    assert change is not None
    assert change.details is not None
    assert [one["field"] for one in change.details["differences"]] == ["shippingAddress.line1"]


@every_kind
async def test_an_older_version_does_not_put_the_address_back(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)
    placed, moved = versions(kind, moves_to(kind, "Other Street 2"))

    assert await take(tracker, source, moved, placed) == []

    assert (await Address.get()).line1 == "Other Street 2"
    assert await Order.all().count() == 1


@every_kind
async def test_an_order_that_was_cancelled_before_it_came_stays_cancelled(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)
    placed, cancelled = versions(kind, is_cancelled(kind))

    assert await take(tracker, source, cancelled, placed) == []

    order = await Order.get()
    assert order.status is OrderStatus.CANCELLED
    reasons = {
        SourceKind.SHOPIFY: "The shop cancelled the order: customer.",
        SourceKind.WOOCOMMERCE: "The shop cancelled the order.",
    }
    assert order.cancel_reason == reasons[kind]


async def test_an_order_that_is_opened_again_is_a_problem(
    tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(SourceKind.WOOCOMMERCE)
    history = versions(
        SourceKind.WOOCOMMERCE,
        is_cancelled(SourceKind.WOOCOMMERCE),
        lambda order: order.update(status="processing"),
    )

    assert await take(tracker, source, *history) == [REOPENED]

    assert (await Order.get()).status is OrderStatus.CANCELLED


@every_kind
async def test_what_was_corrected_here_stays_until_the_shop_changes_it(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)
    placed, noted, moved = versions(
        kind, lambda order: order.update(note="A note"), moves_to(kind, "Other Street 2")
    )
    await take(tracker, source, placed)
    order = await Order.get()
    correction = AddressDraft(line1="Right Street 3", city="Berlin", country="DE")
    amendment = OrderAmendment(shipping_address=correction)
    await amend_order(tracker, SYSTEM, order.tracking_id, amendment)

    await take(tracker, source, noted)
    assert (await Address.get()).line1 == "Right Street 3"

    await take(tracker, source, moved)
    assert (await Address.get()).line1 == "Other Street 2"


@every_kind
async def test_an_address_that_changes_after_shipping_is_a_problem(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)
    placed, moved = versions(kind, moves_to(kind, "Other Street 2"))
    await take(tracker, source, placed)
    await ship(tracker, await Order.get())

    problems = await take(tracker, source, moved)

    assert problems == [
        "The shop changed the address. Something has shipped, so the address cannot change. Ask the"
        " carrier to redirect the shipment."
    ]
    assert (await Address.get()).line1 == "Sample Street 1"


@every_kind
async def test_lines_and_pieces_that_the_shop_adds_are_a_problem(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)

    def add(order: dict[str, Any]) -> None:
        first = order["line_items"][0]
        order["line_items"].append({**first, "id": 999, "sku": "NEW"})
        first.update(quantity=5, current_quantity=5)

    assert await take(tracker, source, *versions(kind, add)) == [
        "The shop raised line 1 by 3; an order takes no more pieces here. Create another order for"
        " them.",
        "The shop added 1 lines to the order; an order takes no more lines here. Create another"
        " order for them.",
    ]


@every_kind
async def test_pieces_that_the_shop_takes_out_are_cancelled(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)
    history = versions(kind, takes_out(kind, 0, 1))

    assert await take(tracker, source, *history) == []

    items = await OrderItem.all().order_by("line")
    assert [item.cancelled_quantity for item in items] == [1, 0]
    assert (await Order.get()).status is OrderStatus.CONFIRMED


async def test_a_line_that_the_shop_removes_is_cancelled(
    tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(SourceKind.WOOCOMMERCE)
    history = versions(SourceKind.WOOCOMMERCE, lambda order: order["line_items"].pop(0))

    assert await take(tracker, source, *history) == []

    items = await OrderItem.all().order_by("line")
    assert [item.cancelled_quantity for item in items] == [2, 0]


async def test_pieces_that_come_back_are_not_cancelled(
    tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source()
    placed, returned = versions(SourceKind.SHOPIFY, takes_out(SourceKind.SHOPIFY, 0, 2))
    await take(tracker, source, placed)
    await ship(tracker, await Order.get())

    assert await take(tracker, source, returned) == []

    assert (await Order.get()).status is OrderStatus.SHIPPED


async def test_pieces_that_were_cancelled_here_are_not_taken_for_added_ones(
    tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source()
    placed, noted = versions(SourceKind.SHOPIFY, lambda order: order.update(note="A note"))
    await take(tracker, source, placed)
    order = await Order.get()
    await cancel_order(tracker, SYSTEM, order.tracking_id, "None left.")

    assert await take(tracker, source, noted) == []

    assert (await Order.get()).status is OrderStatus.CANCELLED


async def test_a_cancellation_comes_through_beside_an_address_that_is_refused(
    tracker: Tracker, make_source: MakeSource
) -> None:
    kind = SourceKind.SHOPIFY
    source = await make_source()

    def change(order: dict[str, Any]) -> None:
        moves_to(kind, "x" * 201)(order)
        is_cancelled(kind)(order)

    assert await take(tracker, source, *versions(kind, change)) == [
        "shippingAddress.line1: Has 201 characters; at most 200 are kept."
    ]
    assert (await Order.get()).status is OrderStatus.CANCELLED


def imported_draft(reference: str, **values: Any) -> OrderDraft:
    items = [
        ItemDraft(sku="MUG-BLUE", name="Mug", quantity=2, unit_price=Decimal("9.99")),
        ItemDraft(sku="47101234567002", name="Tea pot", quantity=1),
    ]
    defaults: dict[str, Any] = {
        "reference": reference,
        "customer": CustomerDraft(name="Customer One"),
        "shipping_address": AddressDraft(line1="Sample Street 1", city="Berlin", country="DE"),
        "items": items,
    }
    return OrderDraft(**{**defaults, **values})


async def test_an_order_that_was_imported_from_a_file_is_known(
    tracker: Tracker, make_source: MakeSource
) -> None:
    importer = Viewer("import", frozenset({Scope.ADMIN}))
    await create_order(tracker, importer, imported_draft("#1001"))
    source = await make_source()

    assert await take(tracker, source, read_order(SourceKind.SHOPIFY)) == []

    order = await Order.get().select_related("customer", "address")
    assert order.status is OrderStatus.CONFIRMED
    assert (order.customer.email, order.address.line2) == ("customer1@example.com", "2nd floor")


async def test_an_order_of_another_shop_with_the_same_number_is_left_alone(
    tracker: Tracker, make_source: MakeSource
) -> None:
    first, second = await make_source(), await make_source(name="other shop")
    await take(tracker, first, read_order(SourceKind.SHOPIFY))

    with pytest.raises(Conflict) as caught:
        await take(tracker, second, changed_order(SourceKind.SHOPIFY, email="other@example.com"))

    assert problem_text(caught.value) == (
        "reference: Another order has the reference #1001. Send a different one."
    )
    assert await Order.all().count() == 1
    assert await Change.filter(actor="other shop").count() == 0


async def test_an_imported_order_with_other_articles_is_another_order(
    tracker: Tracker, make_source: MakeSource
) -> None:
    items = [ItemDraft(sku="POT", name="Pot", quantity=1)]
    await create_order(tracker, SYSTEM, imported_draft("#1001", items=items))
    source = await make_source()

    with pytest.raises(Conflict):
        await take(tracker, source, read_order(SourceKind.SHOPIFY))

    assert (await ShopOrder.get()).order_id is None


async def test_a_process_that_ended_after_creating_an_order_finds_it_again(
    tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source()
    placed, moved = versions(SourceKind.SHOPIFY, moves_to(SourceKind.SHOPIFY, "Other Street 2"))
    await take(tracker, source, placed)
    await ShopOrder.all().update(order_id=None, lines=[], address_digest=None)

    assert await take(tracker, source, moved) == []

    assert await Order.all().count() == 1
    assert (await Address.get()).line1 == "Other Street 2"
    assert (await ShopOrder.get()).lines == ["15101234567001", "15101234567002"]
