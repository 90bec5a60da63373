"""A backlog: many full calls at once, for shipments that have had much news already."""

import asyncio
from datetime import UTC, datetime

import pytest

from errors import Invalid
from models.changes import Change
from models.enums import ChangeKind, TrackingEventType
from models.events import TrackingEvent
from tests.factories import ago, event_draft, make_dispatched, make_order, tell
from tracking.acts import Tracker
from tracking.drafts import EventDraft
from tracking.events import Recorded

pytestmark = pytest.mark.usefixtures("db")

CALLS, SHIPMENTS, EARLIER = 8, 25, 20


def call(number: int, minute: int) -> list[EventDraft]:
    """News of each shipment of the call."""
    return [
        event_draft(
            TrackingEventType.IN_TRANSIT,
            carrier="ups",
            tracking_number=f"{number}N{place}",
            occurred_at=ago(minutes=minute),
        )
        for place in range(SHIPMENTS)
    ]


async def test_full_calls_at_once_are_all_recorded(tracker: Tracker) -> None:
    for number in range(CALLS):
        for place in range(SHIPMENTS):
            order = await make_order(tracker)
            await make_dispatched(tracker, order, number=f"{number}N{place}")
        earlier = [one for minute in range(EARLIER) for one in call(number, 100 + minute)]
        await tell(tracker, *earlier)

    calls = [tell(tracker, *call(number, 10)) for number in range(CALLS)]
    outcomes = [one for found in await asyncio.gather(*calls) for one in found]

    assert {type(one) for one in outcomes} == {Recorded}
    recorded = await Change.filter(kind=ChangeKind.EVENT_RECORDED).count()
    assert recorded == await TrackingEvent.all().count() == CALLS * SHIPMENTS * (EARLIER + 1)


async def test_news_from_outside_the_bounds_costs_no_other_its_place(tracker: Tracker) -> None:
    await make_dispatched(tracker, await make_order(tracker))
    ancient = datetime(1, 1, 7, tzinfo=UTC)
    first = event_draft(TrackingEventType.DELIVERED, carrier="ups", tracking_number="1Z999AA1")
    await tell(tracker, first)

    outcomes = await tell(
        tracker,
        event_draft(
            TrackingEventType.IN_TRANSIT,
            carrier="ups",
            tracking_number="1Z999AA1",
            occurred_at=ancient,
        ),
        event_draft(
            TrackingEventType.DAMAGED, carrier="ups", tracking_number="1Z999AA1", occurred_at=ago()
        ),
    )

    assert [type(one) for one in outcomes] == [Invalid, Recorded]
