"""Calls that arrive together share transactions, and nothing else."""

import asyncio

import pytest

from errors import Invalid
from models.changes import Change
from models.enums import ChangeKind, OrderStatus, ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.orders import Order
from models.shipments import Shipment
from tests.conftest import AnnouncementRecorder
from tests.factories.acts import make_dispatched_shipment, make_events, make_order
from tests.factories.drafts import ago, build_carrier_event_draft
from tests.tracking.assertions import assert_log_is_gapless, current_head
from tracking.acts import Tracker
from tracking.events import Duplicate, Kept, Recorded

pytestmark = pytest.mark.usefixtures("db")
CALLS = 30


async def test_many_calls_share_a_transaction(
    tracker: Tracker, announcements: AnnouncementRecorder
) -> None:
    for one in range(CALLS):
        await make_dispatched_shipment(tracker, await make_order(tracker), number=f"N{one}")
    announcements.heads.clear()

    outcomes = await asyncio.gather(
        *[
            make_events(tracker, build_carrier_event_draft(Type.IN_TRANSIT, f"N{number}"))
            for number in range(CALLS)
        ]
    )

    assert [type(outcome) for (outcome,) in outcomes] == [Recorded] * CALLS
    assert announcements.heads == [await current_head()]
    assert await Shipment.filter(status=ShipmentStatus.IN_TRANSIT).count() == CALLS
    assert await TrackingEvent.all().count() == CALLS
    await assert_log_is_gapless()


async def test_each_call_is_answered_for_itself(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    calls = [
        make_events(tracker, build_carrier_event_draft(Type.IN_TRANSIT, source_event_id="e1")),
        make_events(tracker, build_carrier_event_draft(Type.PICKED_UP, source_event_id="e2")),
        make_events(
            tracker,
            build_carrier_event_draft(Type.IN_TRANSIT, source_event_id="e1"),
            build_carrier_event_draft(Type.HELD, "NOBODYS"),
        ),
        make_events(tracker, build_carrier_event_draft(Type.IN_TRANSIT, occurred_at=ago(hours=-1))),
    ]

    first, second, third, fourth = await asyncio.gather(*calls)

    assert [type(one) for one in (*first, *second)] == [Recorded, Recorded]
    assert isinstance(first[0], Recorded)
    assert third == [Duplicate(first[0].event_id), Kept()]
    assert isinstance(fourth[0], Invalid)
    assert fourth[0].field == ("input", "events", "0", "occurredAt")
    await assert_log_is_gapless()


async def test_a_call_moves_an_order_as_though_it_had_come_alone(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    events = (
        (Type.PICKED_UP, "one"),
        (Type.ARRIVED_FACILITY, "two"),
        (Type.OUT_FOR_DELIVERY, "three"),
        (Type.DELIVERED, "four"),
    )

    await asyncio.gather(
        *[
            make_events(
                tracker,
                build_carrier_event_draft(type_, occurred_at=ago(hours=9 - index)),
                source=source,
            )
            for index, (type_, source) in enumerate(events)
        ]
    )

    sources = [source for _, source in events]
    moves = Change.filter(kind=ChangeKind.ORDER_STATUS, actor__in=sources).order_by("position")
    assert [(move.status, move.actor) for move in await moves] == [
        (OrderStatus.SHIPPED, "one"),
        (OrderStatus.OUT_FOR_DELIVERY, "three"),
        (OrderStatus.DELIVERED, "four"),
    ]
    assert (await Order.get()).status is OrderStatus.DELIVERED
    await assert_log_is_gapless()


async def test_a_call_retracts_what_another_has_just_recorded(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))

    await asyncio.gather(
        make_events(
            tracker, build_carrier_event_draft(Type.UNKNOWN, source_event_id="other"), source="busy"
        ),
        make_events(
            tracker,
            build_carrier_event_draft(Type.UNKNOWN, source_event_id="another"),
            source="busy",
        ),
        make_events(tracker, build_carrier_event_draft(Type.DELIVERED, source_event_id="e1")),
        make_events(
            tracker, build_carrier_event_draft(Type.UNKNOWN, source_event_id="e2", retracts="e1")
        ),
        make_events(
            tracker,
            build_carrier_event_draft(Type.IN_TRANSIT, source_event_id="e1"),
            source="somebody else",
        ),
    )

    taken_back = await TrackingEvent.filter(retracted_at__not_isnull=True)
    assert [(one.source, one.source_event_id) for one in taken_back] == [("api", "e1")]
    assert (await Shipment.get()).status is ShipmentStatus.IN_TRANSIT
    await assert_log_is_gapless()
