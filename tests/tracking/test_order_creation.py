"""Creating orders: stored values, refusals with their paths, and the customers."""

import math
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from access.viewer import SYSTEM, Viewer
from database.bounds import EARLIEST_TIME, END_OF_TIME
from errors import Conflict, DomainError, Invalid, LimitExceeded
from models.changes import Change
from models.customers import Customer
from models.enums import ChangeKind, OrderStatus
from models.orders import Order, OrderItem
from tests.factories.acts import make_order
from tests.factories.drafts import (
    ago,
    build_address_draft,
    build_customer_draft,
    build_item_draft,
    build_order_draft,
)
from tests.tracking.assertions import assert_log_is_gapless, assert_nothing_changes, assert_refused
from tracking.inputs import MetadatumDraft
from tracking.orders.creation import create_order, create_orders
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


async def test_an_order_begins_pending_with_one_change(tracker: Tracker) -> None:
    items = [
        build_item_draft(),
        build_item_draft(sku="CUP", quantity=1, unit_price=Decimal("0.05")),
    ]

    order = await make_order(tracker, confirmed=False, items=items, placed_at=ago(days=1))

    lines = await OrderItem.filter(order_id=order.id).order_by("line")
    assert [(line.line, line.sku, line.quantity) for line in lines] == [
        (1, "MUG", 2),
        (2, "CUP", 1),
    ]
    assert (order.status, order.next_statuses) == (
        OrderStatus.PENDING,
        ["CONFIRMED", "ON_HOLD", "CANCELLED"],
    )
    assert (order.total_minor, order.item_count, order.sequence) == (2003, 3, 1)
    change = await Change.get()
    assert (change.kind, change.occurred_at) == (ChangeKind.ORDER_CREATED, ago(days=1))
    assert (change.position, change.sequence, change.actor) == (1, 1, "system")


async def test_an_order_may_lie_at_the_bounds_of_time_and_money(tracker: Tracker) -> None:
    last = END_OF_TIME - timedelta(microseconds=1)
    prices = [build_item_draft(unit_price=Decimal(5 * 10**9), quantity=1) for _ in range(2)]

    order = await make_order(tracker, items=prices, placed_at=EARLIEST_TIME, promised_at=last)

    assert (order.placed_at, order.promised_at) == (EARLIEST_TIME, last)
    assert order.total_minor == 10**12


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"promised_at": END_OF_TIME},
            "2100-01-01T00:00:00+00:00 lies outside the times that are kept: give one from"
            " 2000-01-01 to 2099-12-31, in UTC.",
        ),
        (
            {"total": Decimal("10000000000.01")},
            "The amount must be at most 10000000000.00 EUR.",
        ),
        (
            {"items": [build_item_draft(unit_price=Decimal(10**10), quantity=2)]},
            "Costs 20000000000.00 in all, and must cost at most 10000000000.00 EUR: check quantity"
            " and unitPrice.",
        ),
    ],
)
async def test_the_message_for_a_value_outside_the_bounds_says_what_to_send_instead(
    tracker: Tracker, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(Invalid, match=f"^{re.escape(message)}$"):
        await create_order(tracker, SYSTEM, build_order_draft(**values))


@pytest.mark.parametrize(
    ("values", "refusal", "field"),
    [
        ({"customer": build_customer_draft(email="nobody")}, Invalid, "customer.email"),
        ({"customer": build_customer_draft(name=" ")}, Invalid, "customer.name"),
        ({"customer": build_customer_draft(locale="?")}, Invalid, "customer.locale"),
        (
            {"shipping_address": build_address_draft(country="XX")},
            Invalid,
            "shippingAddress.country",
        ),
        (
            {"shipping_address": build_address_draft(city="1" * 101)},
            Invalid,
            "shippingAddress.city",
        ),
        ({"shipping_address": build_address_draft(latitude=1.0)}, Invalid, "shippingAddress"),
        *[
            (
                {
                    "shipping_address": build_address_draft(
                        **{"latitude": 0, "longitude": 0} | wrong
                    )
                },
                Invalid,
                f"shippingAddress.{field}",
            )
            for field, limit in (("latitude", 90), ("longitude", 180))
            for wrong in ({field: limit + 0.1}, {field: -limit - 0.1}, {field: math.nan})
        ],
        ({"items": []}, Invalid, "items"),
        ({"items": [build_item_draft()] * 201}, LimitExceeded, "items"),
        (
            {"items": [build_item_draft(), build_item_draft(quantity=0)]},
            Invalid,
            "items.1.quantity",
        ),
        ({"items": [build_item_draft(unit_price=Decimal("0.001"))]}, Invalid, "items.0.unitPrice"),
        (
            {"items": [build_item_draft(unit_price=Decimal(10**10 + 1))]},
            Invalid,
            "items.0.unitPrice",
        ),
        ({"items": [build_item_draft(unit_price=Decimal(10**10), quantity=2)]}, Invalid, "items.0"),
        (
            {"items": [build_item_draft(unit_price=Decimal(10**10), quantity=1)] * 2},
            Invalid,
            "items",
        ),
        ({"total": Decimal("10000000000.01")}, Invalid, "total"),
        (
            {
                "items": [build_item_draft(unit_price=Decimal(10**10), quantity=2)],
                "total": Decimal(1),
            },
            Invalid,
            "items.0",
        ),
        ({"items": [build_item_draft(name="a\x00b")]}, Invalid, "items.0.name"),
        ({"currency": "EURO"}, Invalid, "currency"),
        ({"total": Decimal("NaN")}, Invalid, "total"),
        ({"placed_at": ago(hours=-1)}, Invalid, "placedAt"),
        ({"placed_at": EARLIEST_TIME - timedelta(microseconds=1)}, Invalid, "placedAt"),
        ({"promised_at": EARLIEST_TIME - timedelta(microseconds=1)}, Invalid, "promisedAt"),
        ({"promised_at": END_OF_TIME}, Invalid, "promisedAt"),
        ({"promised_at": ago().replace(tzinfo=None)}, Invalid, "promisedAt"),
        ({"metadata": [MetadatumDraft(key="a", value="1")] * 2}, Invalid, "metadata"),
        ({"metadata": [MetadatumDraft(key="a", value="")]}, Invalid, "metadata.0.value"),
        ({"reference": "\ud800"}, Invalid, "reference"),
        ({"idempotency_key": ""}, Invalid, "idempotencyKey"),
        ({"idempotency_key": "k", "reference": "\ud800"}, Invalid, "reference"),
    ],
)
async def test_values_that_cannot_be_stored_are_refused_by_the_path_of_their_argument(
    tracker: Tracker, values: dict[str, Any], refusal: type[DomainError], field: str
) -> None:
    async with assert_refused(refusal, "input", *field.split(".")):
        await create_order(tracker, SYSTEM, build_order_draft(**values))

    (outcome,) = await create_orders(tracker, SYSTEM, [build_order_draft(**values)])
    assert isinstance(outcome, refusal)
    assert outcome.field == tuple(field.split("."))


async def test_a_reference_is_unique(tracker: Tracker) -> None:
    await make_order(tracker, reference="A-1")

    async with assert_refused(Conflict, "input", "reference"):
        await create_order(tracker, SYSTEM, build_order_draft(reference="A-1"))


async def test_valid_orders_of_a_call_are_stored_and_invalid_ones_named(tracker: Tracker) -> None:
    await make_order(tracker, reference="A-1")
    drafts = [
        build_order_draft(reference="A-2"),
        build_order_draft(currency="EURO"),
        build_order_draft(reference="A-1"),
        build_order_draft(reference="A-2"),
        build_order_draft(reference="A-3"),
    ]

    outcomes = await create_orders(tracker, SYSTEM, drafts)

    kinds = [type(outcome).__name__ for outcome in outcomes]
    assert kinds == ["UUID", "Invalid", "Conflict", "Conflict", "UUID"]
    orders = await Order.all().order_by("reference")
    assert [order.reference for order in orders] == ["A-1", "A-2", "A-3"]
    await assert_log_is_gapless()


async def test_the_same_key_and_content_is_the_same_order(tracker: Tracker) -> None:
    draft = build_order_draft(idempotency_key="k1")
    first = await create_order(tracker, SYSTEM, draft)

    async with assert_nothing_changes():
        assert await create_order(tracker, SYSTEM, build_order_draft(idempotency_key="k1")) == first


async def test_the_same_key_with_other_content_is_a_conflict(tracker: Tracker) -> None:
    await create_order(tracker, SYSTEM, build_order_draft(idempotency_key="k1"))

    async with assert_refused(Conflict, "input", "idempotencyKey"):
        await create_order(tracker, SYSTEM, build_order_draft(idempotency_key="k1", currency="USD"))


async def test_an_idempotency_key_is_known_to_the_next_api_key_of_its_name(
    tracker: Tracker,
) -> None:
    draft = build_order_draft(idempotency_key="k1")
    shops = [Viewer("shop", SYSTEM.scopes, key_id=uuid4()) for _ in range(2)]

    first, second = [await create_order(tracker, shop, draft) for shop in shops]

    assert first == second
    assert await Order.all().count() == 1


async def test_an_idempotency_key_belongs_to_its_viewer(tracker: Tracker) -> None:
    draft = build_order_draft(idempotency_key="k1")

    first = await create_order(tracker, SYSTEM, draft)
    second = await create_order(tracker, Viewer("another", SYSTEM.scopes), draft)

    assert first != second
    assert await Order.all().count() == 2


async def test_the_same_external_id_is_the_same_customer_brought_up_to_date(
    tracker: Tracker,
) -> None:
    first = await make_order(tracker, customer=build_customer_draft(external_id="c1"))
    renamed = build_customer_draft(external_id="c1", name="Customer 2", locale="de_AT")
    second = await make_order(tracker, customer=renamed)

    assert first.customer_id == second.customer_id
    customer = await Customer.get()
    assert (customer.name, customer.locale) == ("Customer 2", "de-AT")


async def test_without_an_external_id_it_is_a_new_customer(tracker: Tracker) -> None:
    first = await make_order(tracker)
    second = await make_order(tracker)

    assert first.customer_id != second.customer_id


async def test_new_customers_of_one_call_are_told_apart_by_external_id(tracker: Tracker) -> None:
    names = ["b", "a", "b"]

    await create_orders(
        tracker,
        SYSTEM,
        [build_order_draft(customer=build_customer_draft(external_id=name)) for name in names],
    )

    orders = await Order.all().order_by("id").prefetch_related("customer")
    assert [order.customer.external_id for order in orders] == names
    assert await Customer.all().count() == 2
