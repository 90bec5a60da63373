"""Reads the carrier events out of a simulated journey."""

from simulator.steps import CarrierEvent, EventType, Journey


def carrier_events(journey: Journey) -> list[CarrierEvent]:
    return [step.act for step in journey.steps if isinstance(step.act, CarrierEvent)]


def event_types(journey: Journey, parcel: int = 0) -> list[EventType]:
    """The types of a parcel's events in the order in which they happened, without repetitions."""
    types = {
        (step.at, step.act.source_event_id or step.act.type): step.act.type
        for step in sorted(journey.steps, key=lambda step: step.at)
        if isinstance(step.act, CarrierEvent) and step.act.parcel == parcel
    }
    return list(types.values())
