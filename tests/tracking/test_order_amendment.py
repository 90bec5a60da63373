"""Amending an order keeps what is left out, and the log masks personal values."""

import pytest

from access.scopes import Scope
from access.viewer import SYSTEM, Viewer
from errors import Conflict, IllegalTransition, Invalid
from models.changes import Change
from models.customers import Customer
from models.enums import (
    ChangeKind,
    EstimateSource,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)
from models.orders import Address, Order
from models.shipments import Shipment
from tests.factories.acts import make_dispatched_shipment, make_events, make_order
from tests.factories.drafts import (
    NOW,
    ago,
    build_address_draft,
    build_carrier_event_draft,
    build_customer_draft,
)
from tests.tracking.assertions import (
    assert_nothing_changes,
    assert_refused,
    change_kinds_after,
    current_head,
)
from tracking.inputs import MetadatumDraft, OrderAmendment
from tracking.orders.amendment import amend_order
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


async def amend(tracker: Tracker, order: Order, **values: object) -> None:
    amendment = OrderAmendment(**values)  # type: ignore[arg-type]
    await amend_order(tracker, SYSTEM, order.tracking_id, amendment)


async def logged_differences() -> list[tuple[str, str | None, str | None]]:
    change = await Change.all().order_by("-position").first()
    assert change is not None
    assert change.details is not None
    return [
        (difference["field"], difference["before"], difference["after"])
        for difference in change.details["differences"]
    ]


async def test_amending_to_the_present_values_changes_nothing(tracker: Tracker) -> None:
    order = await make_order(
        tracker,
        promised_at=ago(days=-2),
        metadata=[MetadatumDraft(key="a", value="1"), MetadatumDraft(key="b", value="2")],
    )

    async with assert_nothing_changes():
        await amend(tracker, order)
        await amend(
            tracker,
            order,
            customer=build_customer_draft(),
            shipping_address=build_address_draft(),
            metadata=[MetadatumDraft(key="b", value="2"), MetadatumDraft(key="a", value="1")],
            promised_at=ago(days=-2),
        )


async def test_an_address_is_replaced_whole_and_logged_without_its_personal_parts(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)

    await amend(
        tracker,
        order,
        shipping_address=build_address_draft(
            line1="New Street 2", city="Wien", country="AT", postal_code=None
        ),
    )

    assert await logged_differences() == [
        ("shippingAddress.line1", "***", "***"),
        ("shippingAddress.city", "Berlin", "Wien"),
        ("shippingAddress.postalCode", "***", None),
        ("shippingAddress.country", "DE", "AT"),
    ]
    address = await Address.get(order_id=order.id)
    await order.refresh_from_db()
    assert (address.line1, address.postal_code) == ("New Street 2", None)
    assert (order.destination_city, order.destination_country) == ("Wien", "AT")


async def test_an_address_cannot_change_once_something_has_shipped(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order)
    await amend(tracker, order, shipping_address=build_address_draft(city="Bonn"))
    await make_events(tracker, build_carrier_event_draft(TrackingEventType.PICKED_UP))

    async with assert_refused(IllegalTransition, "input", "shippingAddress"):
        await amend(tracker, order, shipping_address=build_address_draft(city="Wien"))
    async with assert_nothing_changes():
        await amend(tracker, order, shipping_address=build_address_draft(city="Bonn"))


async def test_the_address_can_change_when_the_carrier_has_only_cancelled_the_label(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order)
    await make_events(tracker, build_carrier_event_draft(TrackingEventType.CANCELLED))

    await amend(tracker, order, shipping_address=build_address_draft(city="Wien"))

    shipment = await Shipment.get()
    await order.refresh_from_db()
    assert (shipment.status, shipment.shipped_at) == (ShipmentStatus.CANCELLED, None)
    assert (order.status, order.destination_city) == (OrderStatus.CONFIRMED, "Wien")


async def test_a_cancellation_after_a_scan_leaves_the_address_as_it_is(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order)
    await make_events(
        tracker,
        build_carrier_event_draft(TrackingEventType.PICKED_UP, occurred_at=ago(hours=3)),
        build_carrier_event_draft(TrackingEventType.CANCELLED),
    )

    async with assert_refused(IllegalTransition, "input", "shippingAddress"):
        await amend(tracker, order, shipping_address=build_address_draft(city="Wien"))


WRITER = Viewer("writer", frozenset({Scope.ORDERS_WRITE, Scope.ORDERS_READ}))
CONFIDANT = Viewer(
    "confidant", frozenset({Scope.ORDERS_WRITE, Scope.ORDERS_READ, Scope.PERSONAL_READ})
)


async def test_a_shipped_orders_address_cannot_be_guessed(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order)
    await make_events(tracker, build_carrier_event_draft(TrackingEventType.PICKED_UP))
    refusals = []
    for city in ("Berlin", "Wien"):
        amendment = OrderAmendment(shipping_address=build_address_draft(city=city))
        with pytest.raises(IllegalTransition) as refusal:
            await amend_order(tracker, WRITER, order.tracking_id, amendment)
        refusals.append((refusal.value.message, refusal.value.field))

    assert refusals[0] == refusals[1]
    same = OrderAmendment(shipping_address=build_address_draft(city="Berlin"))
    async with assert_nothing_changes():
        await amend_order(tracker, CONFIDANT, order.tracking_id, same)


async def test_refusals_name_the_path_of_the_argument(tracker: Tracker) -> None:
    order = await make_order(tracker)

    async with assert_refused(Invalid, "input", "customer", "email"):
        await amend(tracker, order, customer=build_customer_draft(email="nobody"))
    async with assert_refused(Invalid, "input", "shippingAddress", "country"):
        await amend(tracker, order, shipping_address=build_address_draft(country="XX"))
    async with assert_refused(Invalid, "input", "shippingAddress", "latitude"):
        nowhere = build_address_draft(latitude=91.0, longitude=0.0)
        await amend(tracker, order, shipping_address=nowhere)
    async with assert_refused(Invalid, "input", "metadata", "0", "key"):
        await amend(tracker, order, metadata=[MetadatumDraft(key="", value="1")])
    async with assert_refused(Invalid, "input", "promisedAt"):
        await amend(tracker, order, promised_at=NOW.replace(tzinfo=None))


async def test_a_nameless_customer_is_amended_in_place(tracker: Tracker) -> None:
    order = await make_order(tracker)

    await amend(tracker, order, customer=build_customer_draft(name="Customer 2", email=None))

    assert await logged_differences() == [
        ("customer.name", "***", "***"),
        ("customer.email", "***", None),
    ]
    customer = await Customer.get()
    assert (customer.id, customer.name, customer.email) == (order.customer_id, "Customer 2", None)


async def test_amending_one_order_leaves_another_orders_customer_alone(tracker: Tracker) -> None:
    shared = build_customer_draft(external_id="c1")
    first = await make_order(tracker, customer=shared)
    second = await make_order(tracker, customer=shared)

    await amend(tracker, first, customer=build_customer_draft(name="Customer 2"))

    await first.refresh_from_db()
    await second.refresh_from_db()
    assert first.customer_id != second.customer_id
    assert (await Customer.get(id=second.customer_id)).name == "Customer 1"
    assert (await Customer.get(id=first.customer_id)).name == "Customer 2"
    assert await logged_differences() == [
        ("customer.externalId", "***", None),
        ("customer.name", "***", "***"),
    ]


async def test_an_external_id_leads_to_its_customer_brought_up_to_date(tracker: Tracker) -> None:
    first = await make_order(tracker, customer=build_customer_draft(external_id="c1"))
    second = await make_order(tracker)

    await amend(tracker, second, customer=build_customer_draft(external_id="c1", name="Customer 2"))

    await second.refresh_from_db()
    assert second.customer_id == first.customer_id
    assert (await Customer.get(id=first.customer_id)).name == "Customer 2"
    async with assert_nothing_changes():
        await amend(
            tracker, second, customer=build_customer_draft(external_id="c1", name="Customer 2")
        )


async def test_metadata_is_replaced_whole(tracker: Tracker) -> None:
    pairs = [MetadatumDraft(key="a", value="1"), MetadatumDraft(key="b", value="2")]
    order = await make_order(tracker, metadata=pairs)

    await amend(tracker, order, metadata=[MetadatumDraft(key="b", value="3")])

    await order.refresh_from_db()
    assert order.metadata == [{"key": "b", "value": "3"}]
    assert await logged_differences() == [("metadata.a", "1", None), ("metadata.b", "2", "3")]


async def test_a_changed_promise_is_an_estimate_revised(tracker: Tracker) -> None:
    order = await make_order(tracker)
    before = await current_head()

    await amend(tracker, order, promised_at=ago(days=-2))
    await amend(tracker, order, promised_at=ago(days=-3))

    await order.refresh_from_db()
    assert await change_kinds_after(before) == [ChangeKind.ESTIMATE, ChangeKind.ESTIMATE]
    assert (order.promised_at, order.estimate_latest) == (ago(days=-3), ago(days=-3))
    assert order.estimate_source is EstimateSource.PROMISE
    assert order.estimate_revised_at == order.updated_at


async def test_a_promise_taken_away_is_an_amendment(tracker: Tracker) -> None:
    order = await make_order(tracker, promised_at=ago(days=-2))

    await amend(tracker, order, promised_at=None)

    await order.refresh_from_db()
    assert (order.promised_at, order.estimate_latest, order.sweep_at) == (None, None, None)
    shown = ago(days=-2).isoformat().replace("+00:00", "Z")
    assert await logged_differences() == [("promisedAt", shown, None)]


async def test_an_expected_sequence_that_has_passed_is_a_conflict(tracker: Tracker) -> None:
    order = await make_order(tracker)
    amendment = OrderAmendment(customer=build_customer_draft(name="Customer 2"))

    async with assert_refused(Conflict, "expectedSequence"):
        await amend_order(tracker, SYSTEM, order.tracking_id, amendment, expected_sequence=1)
    await amend_order(tracker, SYSTEM, order.tracking_id, amendment, expected_sequence=2)
