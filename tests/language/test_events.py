"""The timeline: what each event says, which are one line, and on which day and hour they stand."""

from dataclasses import replace
from typing import Any

import pytest

from language.catalog import Catalogs
from language.events import TimelineDay, timeline
from language.facts import EventFacts, PlaceFacts, TroubleFacts
from language.locales import Language
from models.enums import (
    EventClassifier,
    ExceptionResolution,
    ExceptionStatus,
    ExceptionType,
    OrderStatus,
    TimePrecision,
    TimeZoneSource,
    TrackingEventType,
)
from tests.language.order_facts import (
    NOW,
    at,
    build_event,
    build_order,
    build_shipment,
    build_trouble,
)

LEIPZIG = PlaceFacts(city="Leipzig", country="DE")
SCAN = TrackingEventType.IN_TRANSIT


def told(
    english: Language, *events: EventFacts, troubles: tuple[TroubleFacts, ...] = ()
) -> tuple[TimelineDay, ...]:
    parcel = build_shipment(events=events)
    return timeline(
        english, build_order(OrderStatus.SHIPPED, parcel, troubles=troubles), parcel, NOW
    )


def lines(english: Language, *events: EventFacts, **values: Any) -> list[str]:
    return [
        " | ".join(part for part in (entry.label, entry.place, entry.time, entry.detail) if part)
        for day in told(english, *events, **values)
        for entry in day.entries
    ]


def scan(time: str, type_: TrackingEventType = SCAN, **values: Any) -> EventFacts:
    facts: dict[str, Any] = {"id": time, "occurred_at": at(time), "location": LEIPZIG}
    return build_event(type_, **{**facts, **values})


def test_events_stand_under_their_days_newest_first(english: Language) -> None:
    days = told(
        english,
        scan("2026-11-27T09:00", TrackingEventType.PICKED_UP),
        scan("2026-11-29T08:00"),
        scan("2026-11-30T05:00", TrackingEventType.DEPARTED_FACILITY),
        scan("2026-11-30T06:30", TrackingEventType.OUT_FOR_DELIVERY),
    )

    assert [(day.heading, [(each.label, each.time) for each in day.entries]) for day in days] == [
        (
            "Today, Monday 30 November",
            [("Out for delivery", "07:30"), ("Left Leipzig", "06:00")],
        ),
        ("Yesterday, Sunday 29 November", [("On the way", "09:00")]),
        ("Friday 27 November", [("UPS has it", "10:00")]),
    ]


def test_a_heading_begins_with_a_capital_letter_in_each_language(catalogs: Catalogs) -> None:
    parcel = build_shipment(events=(scan("2026-11-27T09:00"),))
    order = build_order(OrderStatus.SHIPPED, parcel)

    (day,) = timeline(catalogs.language("fr"), order, parcel, NOW)

    assert day.heading == "Vendredi 27 novembre"


def test_a_run_of_scans_in_one_place_on_one_day_is_one_line(english: Language) -> None:
    events = [scan(f"2026-11-29T0{hour}:00") for hour in (5, 6, 7)]

    assert lines(english, *events) == ["3 scans in Leipzig | 08:00"]
    assert lines(english, *(replace(each, location=None) for each in events)) == ["3 scans | 08:00"]
    assert lines(english, *events, scan("2026-11-30T05:00")) == [
        "On the way | Leipzig, Germany | 06:00",
        "3 scans in Leipzig | 08:00",
    ]


def test_a_run_keeps_its_identity_when_it_grows(english: Language) -> None:
    events = [scan(f"2026-11-29T0{hour}:00") for hour in (5, 6, 7)]

    assert [
        (day.entries[0].id, day.entries[0].count, day.entries[0].local)
        for day in told(english, *events)
    ] == [("2026-11-29T05:00", 3, "2026-11-29T08:00")]


def test_other_events_that_repeat_say_how_often(english: Language) -> None:
    tried = TrackingEventType.DELIVERY_ATTEMPTED
    events = [scan(f"2026-11-29T0{hour}:00", tried) for hour in (5, 6)]

    assert lines(english, *events) == ["Tried to deliver · 2 times | Leipzig, Germany | 07:00"]


def test_what_lies_between_two_events_keeps_them_apart(english: Language) -> None:
    arrived, left = TrackingEventType.ARRIVED_FACILITY, TrackingEventType.DEPARTED_FACILITY
    events = [
        scan("2026-11-29T05:00", arrived),
        scan("2026-11-29T06:00", left),
        scan("2026-11-29T07:00", arrived),
    ]

    assert lines(english, *events) == [
        "Reached Leipzig | Germany | 08:00",
        "Left Leipzig | Germany | 07:00",
        "Reached Leipzig | Germany | 06:00",
    ]


def test_retracted_events_are_not_there(english: Language) -> None:
    gone = scan("2026-11-29T06:00", TrackingEventType.DELIVERED, retracted_at=NOW)

    assert lines(english, scan("2026-11-29T05:00"), gone, scan("2026-11-29T07:00")) == [
        "2 scans in Leipzig | 08:00"
    ]


@pytest.mark.parametrize("classifier", [EventClassifier.PLANNED, EventClassifier.ESTIMATED])
def test_a_plan_does_not_read_like_a_fact(english: Language, classifier: EventClassifier) -> None:
    planned = scan("2026-11-29T05:00", TrackingEventType.DELIVERED, classifier=classifier)
    booked = scan("2026-11-29T06:00", TrackingEventType.DELIVERY_SCHEDULED, classifier=classifier)
    days = told(english, planned, booked)

    assert [entry.label for day in days for entry in day.entries] == [
        "Delivery booked",
        "New estimate",
    ]
    assert days[0].entries[1].type is TrackingEventType.ESTIMATE_UPDATED


@pytest.mark.parametrize(
    ("event", "local", "time"),
    [
        # The carrier's own clock is shown as it was given.
        ({"local_time": "2026-11-29T23:50:00"}, "2026-11-29T23:50", "23:50"),
        ({"local_time": "2026-11-30T01:10:00+09:00"}, "2026-11-30T01:10", "01:10"),
        # Without one it is read from the clock of the event's place, then of the destination.
        ({}, "2026-11-30T11:00", "11:00"),
        ({"location": PlaceFacts(city="Osaka", country="JP")}, "2026-11-30T19:00", "19:00"),
        ({"location": None}, "2026-11-30T11:00", "11:00"),
        ({"location": PlaceFacts(city="Osaka")}, "2026-11-30T11:00", "11:00"),
        # Where that is not certain, only the day is told, and so it is of a whole day.
        ({"location": PlaceFacts(city="Springfield", country="US")}, "2026-11-30", None),
        ({"precision": TimePrecision.DAY, "local_time": "2026-11-29"}, "2026-11-29", None),
        ({"precision": TimePrecision.DAY}, "2026-11-30", None),
        (
            {
                "time_zone_source": TimeZoneSource.ASSUMED_UTC,
                "local_time": "2026-11-29T23:50:00",
            },
            "2026-11-29",
            None,
        ),
        ({"time_zone_source": TimeZoneSource.ASSUMED_UTC}, "2026-11-30", None),
        ({"local_time": "yesterday"}, "2026-11-30T11:00", "11:00"),
    ],
)
def test_an_event_has_the_time_of_its_own_place(
    english: Language, event: dict[str, Any], local: str, time: str | None
) -> None:
    ((day,),) = [told(english, scan("2026-11-30T10:00", **event))]

    assert (day.entries[0].local, day.entries[0].time) == (local, time)


def test_the_carriers_own_words_are_told_where_nothing_else_is_known(english: Language) -> None:
    update = scan("2026-11-29T05:00", TrackingEventType.UNKNOWN, description="Held\u202e at hub")
    known = scan("2026-11-29T06:00", TrackingEventType.DELAYED, description="Delayed at hub")

    assert lines(english, update, known) == [
        "Delayed | Leipzig, Germany | 07:00",
        "Update from UPS | Leipzig, Germany | 06:00 | Held at hub",
    ]


def test_a_solved_trouble_is_a_line_among_the_events(english: Language) -> None:
    solved = build_trouble(
        ExceptionType.ADDRESS_PROBLEM,
        status=ExceptionStatus.RESOLVED,
        resolution=ExceptionResolution.ADDRESS_CORRECTED,
        resolved_at=at("2026-11-29T06:00"),
        shipment_id="parcel",
    )
    dismissed = replace(solved, id="dismissed", status=ExceptionStatus.DISMISSED)
    elsewhere = replace(solved, id="elsewhere", shipment_id="another")

    assert lines(
        english,
        scan("2026-11-28T05:00"),
        scan("2026-11-29T07:00"),
        troubles=(solved, dismissed, elsewhere),
    ) == [
        "On the way | Leipzig, Germany | 08:00",
        "Solved: the address was corrected | 07:00",
        "On the way | Leipzig, Germany | 06:00",
    ]


@pytest.mark.parametrize(
    ("opened", "has_older_events", "labels"),
    [
        ("2026-11-29T05:00", True, ["Solved", "On the way"]),
        ("2026-11-29T03:59", True, ["On the way"]),
        ("2026-11-29T03:59", False, ["Solved", "On the way"]),
    ],
)
def test_a_solved_trouble_is_left_out_with_the_updates_it_belongs_to(
    english: Language, opened: str, has_older_events: bool, labels: list[str]
) -> None:
    solved = build_trouble(
        ExceptionType.ADDRESS_PROBLEM,
        status=ExceptionStatus.RESOLVED,
        opened_at=at(opened),
        resolved_at=at("2026-11-29T06:00"),
    )
    parcel = build_shipment(events=(build_event(SCAN, occurred_at=at("2026-11-29T04:00")),))
    order = build_order(
        OrderStatus.SHIPPED, parcel, troubles=(solved,), has_older_events=has_older_events
    )
    days = timeline(english, order, parcel, NOW)
    without = replace(order, shipments=(replace(parcel, events=()),))

    entries = [entry for day in days for entry in day.entries]
    assert [entry.label.partition(":")[0] for entry in entries] == labels
    assert bool(timeline(english, without, without.shipments[0], NOW)) is not has_older_events
