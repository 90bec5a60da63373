"""An erasure removes the personal data of a customer, and neither numbers nor the log's order."""

import asyncio
import re
from typing import Any
from uuid import UUID

import pytest

from access.viewer import SYSTEM, Viewer
from database.columns import new_id
from database.connections import is_postgres, transaction
from database.tables import columns_of
from errors import IllegalTransition, LimitExceeded, NotFound
from models.changes import Change
from models.customers import Customer
from models.enums import ChangeKind, OrderStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.orders import Address, Order
from models.shipments import Shipment
from projections.rollups import rebuild
from projections.rollups.rollup_consumer import ROLLUP_CONSUMER
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_order,
    shipment_node_id,
)
from tests.factories.drafts import (
    ago,
    build_address_draft,
    build_carrier_event_draft,
    build_customer_draft,
)
from tests.tracking.assertions import (
    assert_log_is_gapless,
    assert_nothing_changes,
    assert_refused,
    current_head,
    read_all_hours,
    read_all_rows,
)
from tests.tracking.personal_orders import (
    NUMBER,
    PERSONAL,
    make_personal_order,
    personal_values,
)
from tracking.events.erased_events import ON_POSTGRES, ON_SQLITE
from tracking.inputs import LocationDraft, OrderAmendment, ShipmentAmendment
from tracking.orders import erasure
from tracking.orders.amendment import amend_order
from tracking.orders.commands import cancel_order
from tracking.orders.erasure import erase_customer
from tracking.shipments.amendment import amend_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

DESK = Viewer("desk", SYSTEM.scopes)
DIFFERENCES = [
    {"field": "customer", "before": "***", "after": "erased"},
    {"field": "shippingAddress", "before": "***", "after": "erased"},
]


async def erase(tracker: Tracker, order: Order) -> int:
    return await erase_customer(tracker, DESK, order.customer_id)


async def changes_of(order: Order) -> list[Change]:
    return await Change.filter(order_id=order.id).order_by("position")


def _columns(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in columns_of(Change)}


async def test_no_table_holds_a_personal_value_afterwards(tracker: Tracker) -> None:
    order = await make_personal_order(tracker)
    assert await personal_values() == set(PERSONAL)

    assert await erase(tracker, order) == 1

    assert await personal_values() == set()


async def test_what_may_not_be_missing_says_that_it_was_erased(tracker: Tracker) -> None:
    order = await make_personal_order(tracker)
    await erase(tracker, order)

    customer = await Customer.get()
    assert (customer.id, customer.name, customer.locale) == (order.customer_id, "erased", "en")
    assert (customer.external_id, customer.email, customer.phone) == (None, None, None)
    assert (customer.name_key, customer.email_key) == ("erased", None)
    address = await Address.get()
    assert (address.line1, address.city, address.region, address.country) == (
        *("erased", "Leipzig", "SN", "DE"),
    )
    assert (address.name, address.company, address.line2, address.postal_code) == (None,) * 4
    assert (address.phone, address.latitude, address.longitude) == (None,) * 3
    event = await TrackingEvent.get()
    assert event.location == {"city": "Leipzig", "region": "SN", "country": "DE"}
    assert (event.description, event.signed_by) == (None, None)
    assert (await Shipment.get()).signed_by is None


async def test_all_else_of_the_order_stays(tracker: Tracker) -> None:
    order = await make_personal_order(tracker)
    before = await read_all_rows()
    await erase(tracker, order)
    after = await read_all_rows()

    changed = {
        (table, column)
        for table, rows in before.items()
        if table not in ("Customer", "Address", "Change")
        for one, other in zip(rows, after[table], strict=False)
        for column in one
        if one[column] != other[column]
    }
    assert changed == {
        *(("Order", "sequence"), ("Order", "updated_at"), ("Order", "erased_at")),
        ("Order", "link_version"),
        *(("Shipment", "signed_by"), ("Shipment", "updated_at")),
        *(("TrackingEvent", name) for name in ("description", "signed_by", "location")),
        ("LogHead", "position"),
    }
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) + (name == "Change") for name, rows in before.items()
    }


async def test_one_more_change_tells_of_it_without_personal_values(tracker: Tracker) -> None:
    order = await make_personal_order(tracker)
    before = [_columns(change) for change in await changes_of(order)]
    head = await current_head()

    await erase(tracker, order)

    *earlier, erased = await changes_of(order)
    assert [_columns(change) for change in earlier] == before
    assert (erased.position, erased.sequence) == (head + 1, order.sequence + 1)
    assert (erased.kind, erased.actor) == (ChangeKind.ORDER_AMENDED, "desk")
    assert erased.details == {"differences": DIFFERENCES, "is_erased": True}
    assert erased.is_erasure
    assert not any(change.is_erasure for change in earlier)
    await assert_log_is_gapless()


async def test_the_statistics_are_as_before(tracker: Tracker) -> None:
    order = await make_personal_order(tracker)
    await rebuild()
    before = await read_all_hours()

    await erase(tracker, order)

    assert await ROLLUP_CONSUMER.catch_up() == 1
    assert await read_all_hours() == before
    await rebuild()
    assert await read_all_hours() == before


async def test_repeating_it_changes_nothing(tracker: Tracker) -> None:
    order = await make_personal_order(tracker)
    await erase(tracker, order)

    async with assert_nothing_changes():
        assert await erase(tracker, order) == 1


async def test_it_is_refused_while_an_order_is_not_finished(tracker: Tracker) -> None:
    done = await make_personal_order(tracker)
    new = await make_order(tracker, customer=build_customer_draft(external_id="PERSON-1"))
    assert new.customer_id == done.customer_id

    async with assert_refused(IllegalTransition, "id"):
        await erase(tracker, done)

    # Nothing is left without a shipment, and what is in one is on its way.
    await make_dispatched_shipment(tracker, new, number="N2")
    async with assert_refused(IllegalTransition, "id"):
        await erase(tracker, done)

    await cancel_order(tracker, SYSTEM, new.tracking_id, "not wanted")
    assert await erase(tracker, done) == 2
    assert {order.status for order in await Order.all()} == {
        OrderStatus.DELIVERED,
        OrderStatus.CANCELLED,
    }


async def test_an_order_that_was_lost_is_finished(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order)
    await make_events(tracker, build_carrier_event_draft(Type.LOST))

    assert await erase(tracker, order) == 1


async def test_an_unknown_customer_is_refused(tracker: Tracker) -> None:
    async with assert_refused(NotFound, "id"):
        await erase_customer(tracker, DESK, new_id())


async def test_the_external_id_names_a_new_customer_afterwards(tracker: Tracker) -> None:
    order = await make_personal_order(tracker)
    await erase(tracker, order)

    later = await make_personal_order(tracker, number="N2", reference="R-2")

    assert later.customer_id != order.customer_id
    assert (await Customer.get(id=later.customer_id)).external_id == "PERSON-1"
    assert (await Customer.get(id=order.customer_id)).name == "erased"


async def test_other_customers_keep_their_data(tracker: Tracker) -> None:
    other = await make_order(tracker, shipping_address=build_address_draft(name="Person 20"))
    order = await make_personal_order(tracker)
    await erase(tracker, order)

    assert (await Customer.get(id=other.customer_id)).email == "customer1@example.com"
    assert (await Address.get(order_id=other.id)).name == "Person 20"
    assert [change.is_erasure for change in await changes_of(other)] == [False, False]


async def test_many_orders_are_erased_in_portions(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "PORTION", 2)
    orders = [
        await make_personal_order(tracker, number=f"N{place}", reference=f"R-{place}")
        for place in range(5)
    ]

    assert await erase(tracker, orders[0]) == 5

    assert await personal_values() == set()
    changes = await Change.all().order_by("position")
    assert [change.order_id for change in changes if change.is_erasure] == sorted(
        order.id for order in orders
    )
    await assert_log_is_gapless()


async def test_what_was_broken_off_goes_on(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "PORTION", 1)
    first, second = [
        await make_personal_order(tracker, number=f"N{place}", reference=f"R-{place}")
        for place in range(2)
    ]
    erase_portion = erasure._erase_portion

    async def break_off(tracker: Tracker, viewer: Viewer, customer_id: UUID) -> int:
        await erase_portion(tracker, viewer, customer_id)
        raise ConnectionError

    monkeypatch.setattr(erasure, "_erase_portion", break_off)
    with pytest.raises(ConnectionError):
        await erase(tracker, first)
    monkeypatch.setattr(erasure, "_erase_portion", erase_portion)
    assert (await Address.get(order_id=second.id)).line1 == "Street Seven"

    await erase(tracker, first)

    assert await personal_values() == set()
    assert [change.is_erasure for change in await changes_of(first)].count(True) == 1


async def test_a_request_does_not_begin_what_it_could_not_finish(tracker: Tracker) -> None:
    order = await make_personal_order(tracker)
    await make_personal_order(tracker, number="N2", reference="R-2")

    async with assert_refused(LimitExceeded, "id"):
        await erase_customer(tracker, DESK, order.customer_id, 1)

    assert await erase_customer(tracker, DESK, order.customer_id, 2) == 2


@pytest.mark.parametrize(
    ("field", "amendment"),
    [
        ("customer", OrderAmendment(customer=build_customer_draft(external_id="PERSON-1"))),
        ("shippingAddress", OrderAmendment(shipping_address=build_address_draft())),
    ],
)
async def test_an_erased_order_takes_no_customer_and_no_address(
    tracker: Tracker, field: str, amendment: OrderAmendment
) -> None:
    order = await make_personal_order(tracker)
    await erase(tracker, order)

    async with assert_refused(IllegalTransition, "input", field):
        await amend_order(tracker, SYSTEM, order.tracking_id, amendment)


async def test_news_of_an_erased_order_is_stored_without_personal_values(tracker: Tracker) -> None:
    order = await make_personal_order(tracker)
    await erase(tracker, order)

    await make_events(
        tracker,
        build_carrier_event_draft(
            Type.PROOF_OF_DELIVERY,
            NUMBER,
            occurred_at=ago(hours=1),
            location=LocationDraft(name="Neighbour Thirteen", city="Leipzig"),
            description="Given to Person Seventeen",
            signed_by="Person Eighteen",
        ),
        build_carrier_event_draft(
            Type.UNKNOWN, NUMBER, location=LocationDraft(postal_code="PC-FOURTEEN")
        ),
    )

    events = await TrackingEvent.filter(type__in=[Type.PROOF_OF_DELIVERY, Type.UNKNOWN])
    assert sorted((event.type, event.location) for event in events) == [
        (Type.PROOF_OF_DELIVERY, {"city": "Leipzig"}),
        (Type.UNKNOWN, None),
    ]
    assert await personal_values() == set()


async def test_words_left_behind_in_another_order_are_erased_too(tracker: Tracker) -> None:
    """News came to a wrong number first; the event stays there, retracted."""
    wrong = await make_order(tracker)
    mistaken = await make_dispatched_shipment(tracker, wrong, number="N9")
    await make_events(
        tracker,
        build_carrier_event_draft(
            Type.OUT_FOR_DELIVERY, "N9", description="Given to Person Seventeen"
        ),
    )
    await amend_shipment(
        tracker,
        SYSTEM,
        shipment_node_id(mistaken.id),
        ShipmentAmendment(tracking_number="N8"),
    )
    order = await make_personal_order(tracker, number="N9")
    left = await TrackingEvent.get(order_id=wrong.id)
    assert left.description == "Given to Person Seventeen"
    assert re.fullmatch("[0-9a-f-]{36}", str(left.moved_to_id))

    await erase(tracker, order)

    assert await personal_values() == set()
    assert (await TrackingEvent.get(id=left.id)).moved_to_id == left.moved_to_id


async def test_events_left_behind_are_found_by_an_index(tracker: Tracker) -> None:
    await make_personal_order(tracker)

    async with transaction() as client:
        if is_postgres():
            await client.execute_query("SET LOCAL enable_seqscan = off")
            rows = await client.execute_query_dict(f"EXPLAIN {ON_POSTGRES}", [[new_id()]])
        else:
            rows = await client.execute_query_dict(f"EXPLAIN QUERY PLAN {ON_SQLITE}", ["[]"])

    assert "tracking_event_moved" in str(rows)


async def test_an_order_that_comes_meanwhile_is_erased_or_has_a_new_customer(
    tracker: Tracker,
) -> None:
    order = await make_personal_order(tracker)

    outcome, *_ = await asyncio.gather(
        erase(tracker, order),
        *(make_personal_order(tracker, number=f"N{n}", reference=f"R{n}") for n in range(4)),
        return_exceptions=True,
    )

    assert isinstance(outcome, IllegalTransition) or outcome == 1
    customer = await Customer.get(id=order.customer_id)
    own = await Order.filter(customer_id=customer.id)
    assert {one.erased_at is not None for one in own} == {outcome == 1}
    assert (customer.name == "erased") == (outcome == 1)
    # What was refused because an order came is done once that has arrived.
    assert await erase(tracker, order) == len(own)
    assert (await Customer.get(id=customer.id)).name == "erased"
    await assert_log_is_gapless()
