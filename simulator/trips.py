"""Trips: a parcel on its way, its clock, and its events."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from simulator.atlas import HUBS
from simulator.carriers import Carrier
from simulator.days import next_time_of_day
from simulator.places import Place, crosses_border, distance_km, hubs_on_the_way
from simulator.steps import CarrierEvent, Estimate, EventType

HANDLING_HOURS = {"EXPRESS": (1.0, 4.0), "SAME_DAY": (0.2, 0.5), "FREIGHT": (16.0, 44.0)}
# Legs longer than this go by air.
AIR_KM = 1300.0
AIR_KM_PER_HOUR = 550.0
ROAD_KM_PER_HOUR = 58.0

DESCRIPTIONS = {
    EventType.LABEL_CREATED: "Label created",
    EventType.INFO_RECEIVED: "The carrier has been told of the parcel",
    EventType.PICKUP_FAILED: "The parcel was not ready when the driver came",
    EventType.PICKED_UP: "Picked up",
    EventType.DEPARTED_FACILITY: "Departed from facility",
    EventType.ARRIVED_FACILITY: "Arrived at facility",
    EventType.ARRIVED_DESTINATION_COUNTRY: "Arrived in the destination country",
    EventType.ARRIVED_DESTINATION_FACILITY: "Arrived at the delivery depot",
    EventType.CUSTOMS_STARTED: "Customs clearance started",
    EventType.CUSTOMS_CLEARED: "Cleared by customs",
    EventType.HANDED_TO_PARTNER: "Handed to the delivery partner",
    EventType.OUT_FOR_DELIVERY: "Out for delivery",
    EventType.AVAILABLE_FOR_PICKUP: "Ready to be picked up",
    EventType.DELIVERED: "Delivered",
    EventType.COLLECTED: "Collected by the recipient",
    EventType.NOT_COLLECTED: "Not collected in time",
    EventType.DAMAGED: "The packaging is damaged",
    EventType.LOST: "The parcel cannot be found",
    EventType.REFUSED: "The recipient refused the parcel",
    EventType.RETURN_STARTED: "On its way back to the sender",
    EventType.RETURNED: "Returned to the sender",
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """The data of a parcel that its carrier knows."""

    index: int
    method: str
    carrier: Carrier
    service: str | None
    tracking_number: str | None
    origin: Place
    destination: Place
    token: str  # begins the ids of its events


class Trip:
    """A parcel on its way. `clock` is its present time in UTC, `events` has its past in order."""

    def __init__(self, random: Random, parcel: Parcel, started_at: datetime) -> None:
        self.random = random
        self.parcel = parcel
        self.clock = started_at
        self.events: list[tuple[datetime, CarrierEvent]] = []
        self.stops = hubs_on_the_way(parcel.origin, parcel.destination, HUBS)

    @property
    def is_foreign(self) -> bool:
        """Whether the parcel passes customs."""
        return crosses_border(self.parcel.origin, self.parcel.destination)

    @property
    def is_express(self) -> bool:
        """Whether the parcel is also handled at night."""
        return self.parcel.method in {"EXPRESS", "SAME_DAY"}

    def wait(self, least: float, most: float) -> None:
        """Let between `least` and `most` hours pass."""
        seconds = round(self.random.uniform(least, most) * 3600)
        self.clock += timedelta(seconds=seconds)

    def handle(self) -> None:
        """Let a facility sort the parcel."""
        hours = HANDLING_HOURS.get(self.parcel.method, (5.0, 17.0))
        self.wait(*hours)

    def travel(self, start: Place, end: Place) -> None:
        """Let a leg pass, by road or by air."""
        distance = distance_km(start, end)
        speed = AIR_KM_PER_HOUR if distance > AIR_KM else ROAD_KM_PER_HOUR
        hours = max(0.7, distance / speed)
        self.wait(hours, hours * 1.3)

    def until_hour(self, earliest: float, latest: float) -> None:
        """Let time pass until the next such hour of a working day at the destination."""
        zone, hours = self.parcel.destination.zone, (earliest, latest)
        self.clock = next_time_of_day(self.random, self.clock, zone, hours, self.is_express)

    def expect(self, least: float, most: float, reason: str | None = None) -> Estimate:
        """Return an estimate from `least` to `most` hours from now, in whole hours."""
        start = self.clock.replace(minute=0, second=0, microsecond=0)
        earliest, latest = start + timedelta(hours=least), start + timedelta(hours=most)
        return Estimate(earliest, latest, reason)

    def scan(self, type: EventType, place: Place | None = None, **details: Any) -> CarrierEvent:
        """Add an event of the parcel at its present time."""
        event = CarrierEvent(
            parcel=self.parcel.index,
            type=type,
            carrier=self.parcel.carrier.code,
            tracking_number=self.parcel.tracking_number,
            place=place,
            source_event_id=f"{self.parcel.token}-{len(self.events) + 1:03d}",
            description=DESCRIPTIONS.get(type),
            carrier_code=self.parcel.carrier.codes.get(type),
        )
        event = replace(event, **details)
        self.events.append((self.clock, event))
        return event
