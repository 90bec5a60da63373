"""A command loads only so many rows of several orders; those of one order are always loaded."""

import asyncio

import pytest

from access.viewer import SYSTEM
from errors import LimitExceeded
from models.enums import ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.orders import Order
from models.shipments import Shipment
from tests.factories.acts import (
    make_dispatched_shipment_id,
    make_events,
    make_order,
)
from tests.factories.drafts import ago, build_carrier_event_draft, build_event_draft
from tests.tracking.assertions import assert_log_is_gapless, assert_refused
from tracking.events.outcomes import Kept, Recorded
from tracking.inputs import ShipmentAmendment
from tracking.orders import order_parts
from tracking.orders.order_parts import count_parts
from tracking.shipments.amendment import amend_shipment
from tracking.sweeper import sweep
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

EVENTS = 4
PARTS = 7
"""The rows of an order with so many events, besides an item, a shipment, and its piece."""


async def make_order_with_events(tracker: Tracker, number: str) -> str:
    """Makes an order with a shipment and returns the shipment's id."""
    id_ = await make_dispatched_shipment_id(tracker, await make_order(tracker), number)
    drafts = [
        build_event_draft(Type.PICKED_UP, shipment_id=id_, occurred_at=ago(minutes=9 + minute))
        for minute in range(EVENTS)
    ]
    await make_events(tracker, *drafts)
    return id_


@pytest.fixture
def two_orders_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_parts, "MAXIMUM_LOADED", 2 * PARTS)


@pytest.mark.usefixtures("two_orders_fit")
async def test_an_order_is_counted_with_all_of_its_parts(tracker: Tracker) -> None:
    await make_order_with_events(tracker, "N1")
    order = await Order.get()

    assert await count_parts([order.id]) == {order.id: PARTS}


@pytest.mark.usefixtures("two_orders_fit")
async def test_a_call_records_the_events_of_the_first_orders_that_fit(tracker: Tracker) -> None:
    ids = [await make_order_with_events(tracker, f"N{number}") for number in range(4)]
    delivered = [build_event_draft(Type.DELIVERED, shipment_id=id_) for id_ in ids]

    outcomes = await make_events(
        tracker,
        *delivered[:2],
        delivered[2],
        build_carrier_event_draft(Type.DELIVERED, "N3"),
        build_carrier_event_draft(Type.DELIVERED, "NOBODYS"),
        build_event_draft(Type.DAMAGED, shipment_id=ids[0]),
    )

    assert [getattr(outcome, "field", type(outcome)) for outcome in outcomes] == [
        Recorded,
        Recorded,
        ("input", "events", "2", "shipmentId"),
        ("input", "events", "3", "trackingNumber"),
        Kept,
        Recorded,
    ]
    assert isinstance(outcomes[2], LimitExceeded)
    assert str(outcomes[2]) == (
        "The orders of this event, and of those before it in the call, have too many events and"
        " other parts to be loaded together. Send it in a call of its own, or with events of few"
        " shipments."
    )
    assert [type(one) for one in await make_events(tracker, *delivered[2:])] == [Recorded, Recorded]
    assert await Shipment.filter(status=ShipmentStatus.DELIVERED).count() == 4
    await assert_log_is_gapless()


@pytest.mark.usefixtures("two_orders_fit")
async def test_calls_that_do_not_fit_together_are_all_recorded(tracker: Tracker) -> None:
    ids = [await make_order_with_events(tracker, f"N{number}") for number in range(4)]

    outcomes = await asyncio.gather(
        *(make_events(tracker, build_event_draft(Type.DELIVERED, shipment_id=id_)) for id_ in ids)
    )

    assert [type(outcome) for (outcome,) in outcomes] == [Recorded] * 4


@pytest.mark.usefixtures("two_orders_fit")
async def test_a_single_order_has_more_rows_than_several_may(tracker: Tracker) -> None:
    id_ = await make_order_with_events(tracker, "N1")
    for hour in range(1, 4):
        drafts = [
            build_event_draft(Type.HELD, shipment_id=id_, occurred_at=ago(hours=hour, minutes=more))
            for more in range(5)
        ]
        assert [type(one) for one in await make_events(tracker, *drafts)] == [Recorded] * 5


@pytest.fixture
async def shared_number(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of the newest of three delivered shipments whose orders do not fit together."""
    id_ = ""
    for _ in range(3):
        id_ = await make_order_with_events(tracker, "N1")
        told = build_event_draft(Type.DELIVERED, shipment_id=id_)
        await make_events(tracker, told)
    monkeypatch.setattr(order_parts, "MAXIMUM_LOADED", 2 * PARTS)
    return id_


async def test_events_of_a_number_are_refused_whose_orders_do_not_fit(
    tracker: Tracker, shared_number: str
) -> None:
    before = await TrackingEvent.all().count()

    for draft in (
        build_carrier_event_draft(Type.HELD, "N1"),
        build_event_draft(Type.HELD, shipment_id=shared_number),
    ):
        refused, kept = await make_events(
            tracker, draft, build_carrier_event_draft(Type.HELD, "NOBODYS", description=str(draft))
        )
        assert str(refused) == (
            "The orders of the shipments with this tracking number have too many events and other"
            " parts to be loaded together. Give fewer shipments the same number."
        )
        assert not isinstance(kept, LimitExceeded)

    assert await TrackingEvent.filter(shipment_id__not_isnull=True).count() == before


async def test_a_number_cannot_be_left_whose_orders_do_not_fit(
    tracker: Tracker, shared_number: str
) -> None:
    async with assert_refused(LimitExceeded, "trackingNumber"):
        await amend_shipment(
            tracker, SYSTEM, shared_number, ShipmentAmendment(tracking_number="N2")
        )


@pytest.mark.usefixtures("two_orders_fit")
async def test_the_sweeper_reconciles_due_orders_that_do_not_fit_together(
    tracker: Tracker,
) -> None:
    for number in range(5):
        await make_order_with_events(tracker, f"N{number}")
    await Order.all().update(sweep_at=ago(hours=1))

    assert await sweep(tracker) == 5
    assert await Order.filter(sweep_at__lt=ago(seconds=0)).count() == 0
