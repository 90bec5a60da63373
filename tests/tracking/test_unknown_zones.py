"""Fresh news is taken whose local time is given without a zone, ahead of UTC."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from errors import Invalid
from models.enums import EventClassifier, ShipmentStatus, TimePrecision, TimeZoneSource
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.shipments import Shipment
from tests.factories.acts import make_dispatched_shipment, make_events, make_order
from tests.factories.drafts import NOW, ago, build_carrier_event_draft
from tests.tracking.assertions import assert_nothing_changes
from tracking.events.outcomes import Duplicate, Kept, Recorded
from tracking.inputs import EstimateDraft, EventDraft, LocationDraft
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

SYDNEY = LocationDraft(city="Sydney", country="AU")


def local_news(type_: Type, hours: float = 10, **values: Any) -> EventDraft:
    """News of an Australian carrier, whose clock shows `hours` more than UTC."""
    local = (NOW + timedelta(hours=hours)).replace(tzinfo=None).isoformat()
    return build_carrier_event_draft(type_, local_time=local, location=SYDNEY, **values)


async def test_a_delivery_of_half_an_hour_ago_in_sydney_is_recorded(tracker: Tracker) -> None:
    shipment = await make_dispatched_shipment(tracker, await make_order(tracker))
    draft = local_news(Type.DELIVERED, precision=TimePrecision.MINUTE)

    (outcome,) = await make_events(tracker, draft)

    event = await TrackingEvent.get()
    assert outcome == Recorded(event.id)
    assert event.occurred_at == event.moment == event.recorded_at
    assert (event.time_zone_source, event.local_time, event.precision) == (
        TimeZoneSource.ASSUMED_UTC,
        draft.local_time,
        TimePrecision.MINUTE,
    )
    await shipment.refresh_from_db()
    assert (shipment.status, shipment.delivered_at) == (
        ShipmentStatus.DELIVERED,
        event.recorded_at,
    )


async def test_the_same_news_is_a_duplicate_though_it_is_received_later(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    (outcome,) = await make_events(tracker, local_news(Type.PICKED_UP))
    assert isinstance(outcome, Recorded)

    async with assert_nothing_changes():
        again = await make_events(tracker, *[local_news(Type.PICKED_UP)] * 2)

    assert again == [Duplicate(outcome.event_id)] * 2


async def test_news_more_than_fourteen_hours_ahead_is_refused(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))

    async with assert_nothing_changes():
        (outcome,) = await make_events(tracker, local_news(Type.DELIVERED, hours=15))

    assert isinstance(outcome, Invalid)
    assert (outcome.field, str(outcome)) == (
        ("input", "events", "0", "localTime"),
        "This local time is in the future in every time zone. Send planned times as estimate.",
    )


async def test_a_call_keeps_the_order_of_the_local_times(tracker: Tracker) -> None:
    """By rank, DELIVERY_ATTEMPTED would be the last of what was received at the same moment."""
    await make_dispatched_shipment(tracker, await make_order(tracker))

    await make_events(
        tracker,
        local_news(Type.OUT_FOR_DELIVERY, hours=9),
        local_news(Type.DELIVERY_ATTEMPTED, hours=8),
        local_news(Type.PICKED_UP, hours=6),
    )

    assert (await Shipment.get()).status is ShipmentStatus.OUT_FOR_DELIVERY
    events = await TrackingEvent.all().order_by("moment")
    assert [event.type for event in events] == [
        "PICKED_UP",
        "DELIVERY_ATTEMPTED",
        "OUT_FOR_DELIVERY",
    ]
    assert len({event.occurred_at for event in events}) == 1


@pytest.mark.parametrize("hours", [9, -1], ids=["also ahead of UTC", "after UTC has passed it"])
async def test_a_late_scan_does_not_move_the_status_back(tracker: Tracker, hours: int) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(tracker, local_news(Type.OUT_FOR_DELIVERY, hours=10))

    await make_events(tracker, local_news(Type.ARRIVED_FACILITY, hours=hours))

    assert (await Shipment.get()).status is ShipmentStatus.OUT_FOR_DELIVERY


async def test_news_that_waited_for_its_shipment_counts_as_of_its_receipt(tracker: Tracker) -> None:
    draft = local_news(Type.DELIVERED)
    assert await make_events(tracker, draft) == [Kept()]
    received_at = (await TrackingEvent.get()).recorded_at

    shipment = await make_dispatched_shipment(tracker, await make_order(tracker))

    assert shipment.delivered_at == received_at
    (again,) = await make_events(tracker, draft)
    assert again == Duplicate((await TrackingEvent.get()).id)


@pytest.mark.parametrize("classifier", [EventClassifier.PLANNED, EventClassifier.ESTIMATED])
async def test_an_announcement_counts_as_of_its_receipt(
    tracker: Tracker, classifier: EventClassifier
) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))

    await make_events(tracker, local_news(Type.DELIVERED, classifier=classifier))

    event = await TrackingEvent.get()
    assert event.occurred_at == event.recorded_at
    assert (await Shipment.get()).status is ShipmentStatus.PRE_TRANSIT


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("in_one_call", [False, True])
async def test_the_estimate_of_the_latest_local_time_is_current(
    tracker: Tracker, is_reversed: bool, in_one_call: bool
) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    drafts = [
        local_news(
            Type.ESTIMATE_UPDATED,
            hours=hours,
            estimate=EstimateDraft(earliest=ago(), latest=ago(days=-hours)),
        )
        for hours in (4, 5, 6)
    ]
    drafts = drafts[::-1] if is_reversed else drafts

    for call in [drafts] if in_one_call else [[draft] for draft in drafts]:
        await make_events(tracker, *call)

    assert (await Shipment.get()).estimate_latest == ago(days=-6)


async def test_an_offset_still_says_when_it_was(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    ahead = datetime.now(UTC) + timedelta(hours=10)
    draft = replace(local_news(Type.DELIVERED), local_time=None, occurred_at=ahead)

    async with assert_nothing_changes():
        (outcome,) = await make_events(tracker, draft)

    assert isinstance(outcome, Invalid)
    assert outcome.field == ("input", "events", "0", "occurredAt")
