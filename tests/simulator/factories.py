from dataclasses import replace

from simulator.atlas import NEWARK
from simulator.steps import CarrierEvent, EventType


def make_event(**overrides):
    event = CarrierEvent(
        parcel=0,
        type=EventType.PICKED_UP,
        carrier="ups",
        tracking_number="1ZAB",
        place=NEWARK,
        source_event_id="a-1",
    )
    return replace(event, **overrides)


def events_of(journey):
    return [step.act for step in journey.steps if isinstance(step.act, CarrierEvent)]


def happened(journey, parcel=0):
    """The types of a parcel's events in the order of the world, repetitions apart."""
    told = {
        (step.at, step.act.source_event_id or step.act.type): step.act.type
        for step in sorted(journey.steps, key=lambda step: step.at)
        if isinstance(step.act, CarrierEvent) and step.act.parcel == parcel
    }
    return list(told.values())
