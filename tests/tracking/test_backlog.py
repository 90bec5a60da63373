"""Many full calls at once for shipments that have many events already."""

import asyncio
from datetime import UTC, datetime

import pytest

from errors import Invalid
from models.changes import Change
from models.enums import ChangeKind, TrackingEventType
from models.events import TrackingEvent
from tests.factories.acts import make_dispatched_shipment, make_events, make_order
from tests.factories.drafts import ago, build_event_draft
from tracking.events.outcomes import Recorded
from tracking.inputs import EventDraft
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

CALLS, SHIPMENTS, EARLIER = 8, 25, 20


def build_call(number: int, minute: int) -> list[EventDraft]:
    """A call with events of each of its shipments."""
    return [
        build_event_draft(
            TrackingEventType.IN_TRANSIT,
            carrier="ups",
            tracking_number=f"{number}N{index}",
            occurred_at=ago(minutes=minute),
        )
        for index in range(SHIPMENTS)
    ]


@pytest.mark.slow
async def test_full_calls_at_once_are_all_recorded(tracker: Tracker) -> None:
    for number in range(CALLS):
        for index in range(SHIPMENTS):
            order = await make_order(tracker)
            await make_dispatched_shipment(tracker, order, number=f"{number}N{index}")
        earlier = [draft for minute in range(EARLIER) for draft in build_call(number, 100 + minute)]
        await make_events(tracker, *earlier)

    calls = [make_events(tracker, *build_call(number, 10)) for number in range(CALLS)]
    outcomes = [
        outcome for call_outcomes in await asyncio.gather(*calls) for outcome in call_outcomes
    ]

    assert {type(outcome) for outcome in outcomes} == {Recorded}
    recorded = await Change.filter(kind=ChangeKind.EVENT_RECORDED).count()
    assert recorded == await TrackingEvent.all().count() == CALLS * SHIPMENTS * (EARLIER + 1)


async def test_events_outside_the_bounds_cost_no_other_event_its_place(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    ancient = datetime(1, 1, 7, tzinfo=UTC)
    first = build_event_draft(
        TrackingEventType.DELIVERED, carrier="ups", tracking_number="1Z999AA1"
    )
    await make_events(tracker, first)

    outcomes = await make_events(
        tracker,
        build_event_draft(
            TrackingEventType.IN_TRANSIT,
            carrier="ups",
            tracking_number="1Z999AA1",
            occurred_at=ancient,
        ),
        build_event_draft(
            TrackingEventType.DAMAGED, carrier="ups", tracking_number="1Z999AA1", occurred_at=ago()
        ),
    )

    assert [type(one) for one in outcomes] == [Invalid, Recorded]
