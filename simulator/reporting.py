"""Reporting by carriers: late, twice, out of order, in local time, sometimes without an id."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from simulator.carriers import Carrier
from simulator.steps import CarrierEvent, Clock, EventType, Step

LATE_SHARE = 0.05
REPEATED_SHARE = 0.05
BURST_SHARE = 0.05
DAY_SHARE = 0.06
BY_ID_SHARE = 0.06
OTHER_SPELLING_SHARE = 0.04
# A carrier that leaves the zone out does so for a whole parcel.
PLACE_CLOCK_SHARE = 0.3
# A date alone is the start of its day; the order must have been placed before that.
LEAST_AGE_FOR_DAY = timedelta(days=2)
DAY_TYPES = frozenset(
    {
        EventType.ARRIVED_FACILITY,
        EventType.IN_TRANSIT,
        EventType.CUSTOMS_CLEARED,
        EventType.ARRIVED_DESTINATION_FACILITY,
        EventType.DELIVERED,
        EventType.RETURNED,
    }
)

Happening = tuple[datetime, CarrierEvent]


def report(
    random: Random, carrier: Carrier, placed_at: datetime, happenings: list[Happening]
) -> list[Step]:
    """Return the steps by which the carrier reports what happened."""
    retracted = {event.retracts for _, event in happenings}
    clock = carrier.clock
    if clock is Clock.PLACE and random.random() > PLACE_CLOCK_SHARE:
        clock = Clock.NAMED
    steps = []
    for at, event in happenings:
        reported = _report(random, carrier, replace(event, clock=clock))
        if event.source_event_id not in retracted:
            reported = _omit_details(random, carrier, reported, at - placed_at)
        reported = _fit_clock(reported, at)
        steps.append(Step(at, _reported_at(random, at), reported))
    return _repeat(random, _bundle(random, steps))


def _report(random: Random, carrier: Carrier, event: CarrierEvent) -> CarrierEvent:
    number = event.tracking_number
    if number is None:
        return replace(event, by_id=True)
    if random.random() < OTHER_SPELLING_SHARE:
        event = replace(event, tracking_number=number.replace("-", " ").lower())
    return replace(event, by_id=random.random() < BY_ID_SHARE)


def _omit_details(
    random: Random, carrier: Carrier, event: CarrierEvent, age: timedelta
) -> CarrierEvent:
    if random.random() < carrier.silent and event.retracts is None:
        event = replace(event, source_event_id=None)
    if event.type in DAY_TYPES and age > LEAST_AGE_FOR_DAY and random.random() < DAY_SHARE:
        event = replace(event, clock=Clock.DAY)
    return event


def _fit_clock(event: CarrierEvent, at: datetime) -> CarrierEvent:
    """Give the event another clock where local time would lack a place or be ambiguous."""
    if event.clock is Clock.UTC:
        return event
    if event.place is None:
        return replace(event, clock=Clock.UTC)
    local = at.astimezone(ZoneInfo(event.place.zone))
    again = local.replace(fold=0).astimezone(UTC)
    return event if again == at or event.clock is Clock.DAY else replace(event, clock=Clock.OFFSET)


def _reported_at(random: Random, at: datetime) -> datetime:
    if random.random() < LATE_SHARE:
        return at + timedelta(minutes=random.randint(5 * 60, 50 * 60))
    return at + timedelta(seconds=random.randint(20, 900))


def _bundle(random: Random, steps: list[Step]) -> list[Step]:
    """Bundle some steps: now and then a carrier sends three scans at once, the newest first."""
    bundled = list(steps)
    for index in range(len(steps) - 2):
        if random.random() < BURST_SHARE:
            some = bundled[index : index + 3]
            sent_at = max(step.reported_at for step in some)
            for place, step in enumerate(some):
                moment = sent_at + timedelta(seconds=2 * (3 - place))
                bundled[index + place] = replace(step, reported_at=moment)
    return bundled


def _repeat(random: Random, steps: list[Step]) -> list[Step]:
    repeated = list(steps)
    for step in steps:
        if random.random() < REPEATED_SHARE:
            pause = timedelta(minutes=random.randint(10, 30 * 60))
            repeated.append(replace(step, reported_at=step.reported_at + pause))
    return repeated
