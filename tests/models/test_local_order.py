"""Events of unknown time zones keep the order of their local times, whenever they are received."""

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.enums import TimeZoneSource
from models.events import TrackingEvent
from models.local_order import bounded_times
from tests.factories.in_memory import build_day_event, build_event, hour
from tests.models.event_table import E

MICROSECOND = timedelta(microseconds=1)


def unzoned(local: int, received: float) -> TrackingEvent:
    """An event at `local` hours by a clock of unknown zone, received after `received` hours."""
    return build_event(
        E.IN_TRANSIT,
        min(local, received),
        local_time=hour(local).replace(tzinfo=None).isoformat(),
        recorded_at=hour(received),
        time_zone_source=TimeZoneSource.ASSUMED_UTC,
    )


def place(events: list[TrackingEvent]) -> None:
    for event, occurred_at, moment in list(bounded_times(events)):
        event.occurred_at, event.moment = occurred_at, moment


def by_the_rules(events: list[TrackingEvent]) -> list[TrackingEvent]:
    """A reference implementation: each is bounded by whatever has the same or a later time."""
    for event in sorted(events, key=lambda one: str(one.local_time), reverse=True):
        for later in events:
            if later.local_time == event.local_time:
                event.moment = min(event.moment, later.moment)
                event.occurred_at = min(event.occurred_at, later.occurred_at)
            elif str(later.local_time) > str(event.local_time):
                event.moment = min(event.moment, later.moment - MICROSECOND)
                event.occurred_at = min(event.occurred_at, later.occurred_at)
    return events


def test_late_news_lies_before_the_news_of_a_later_local_time() -> None:
    delivered, on_the_road = unzoned(local=12, received=2), unzoned(local=11, received=3)

    place([delivered, on_the_road])

    assert (delivered.occurred_at, delivered.moment) == (hour(2), hour(2))
    assert (on_the_road.occurred_at, on_the_road.moment) == (hour(2), hour(2) - MICROSECOND)


def test_what_was_received_together_keeps_its_time_and_the_order_of_the_local_times() -> None:
    events = [unzoned(local, received=2) for local in (5, 3, 4, 4)]

    place(events)

    assert [event.occurred_at for event in events] == [hour(2)] * 4
    assert [(hour(2) - event.moment) // MICROSECOND for event in events] == [0, 2, 1, 1]


def test_only_events_of_unknown_zones_that_are_still_with_the_shipment_tell_the_order() -> None:
    early, gone = unzoned(local=2, received=3), unzoned(local=4, received=1)
    gone.moved_to_id = early.id
    sure = build_event(E.PICKED_UP, 1, local_time=hour(5).replace(tzinfo=None).isoformat())
    day = build_day_event(
        E.PICKED_UP, hour(5), local_time="2026-03-10", time_zone_source=TimeZoneSource.ASSUMED_UTC
    )

    assert list(bounded_times([early, gone, sure, day])) == []


clocks = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=8)


@given(clocks, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(
    times: list[tuple[int, int]], chance: random.Random
) -> None:
    events = [unzoned(local, received) for local, received in times]
    expected = [
        (one.occurred_at, one.moment)
        for one in by_the_rules([unzoned(local, received) for local, received in times])
    ]
    arrived: list[TrackingEvent] = []
    for event in chance.sample(events, k=len(events)):
        arrived.append(event)
        place(arrived)

    assert [(one.occurred_at, one.moment) for one in events] == expected
    assert all(one.occurred_at <= one.recorded_at for one in events)
