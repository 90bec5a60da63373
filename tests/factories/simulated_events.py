"""A builder of the carrier events that the simulator sends."""

from dataclasses import replace
from typing import Any

from simulator.atlas import NEWARK
from simulator.steps import CarrierEvent, EventType


def build_simulated_event(**values: Any) -> CarrierEvent:
    event = CarrierEvent(
        parcel=0,
        type=EventType.PICKED_UP,
        carrier="ups",
        tracking_number="1ZAB",
        place=NEWARK,
        source_event_id="a-1",
    )
    return replace(event, **values)
