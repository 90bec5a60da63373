"""Endless journeys: lap after lap, a parcel nearly arrives at its destination."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from simulator.atlas import HUBS
from simulator.carriers import Carrier
from simulator.places import Place, crosses_border, hubs_on_the_way
from simulator.steps import CarrierEvent, Estimate, EventType
from simulator.trips import DESCRIPTIONS

Now = Callable[[], datetime]


@dataclass
class EndlessJourney:
    """Makes ever new events of one parcel. `token` begins their ids, `now` returns their times."""

    random: Random
    carrier: Carrier
    tracking_number: str | None
    origin: Place
    destination: Place
    token: str
    now: Now
    count: int = field(default=0, init=False)

    def events(self) -> Iterator[CarrierEvent]:
        """Yield the events of lap after lap, of about 12 events each, for ever."""
        yield self._scan(EventType.PICKED_UP, self.origin, facility=f"Warehouse {self.origin.city}")
        yield self._scan(EventType.DEPARTED_FACILITY, self.origin)
        start = self.origin
        while True:
            yield from self._approach(start)
            yield from self.random.choice((self._miss, self._mistake, self._stray))()
            start = self.random.choice(HUBS)
            yield self._scan(EventType.MISROUTED, start, description="Sent to the wrong facility")

    def _approach(self, start: Place) -> Iterator[CarrierEvent]:
        stops = hubs_on_the_way(start, self.destination, HUBS)
        trouble = self.random.randrange(len(stops) + 2)
        for index, stop in enumerate(stops):
            yield self._scan(EventType.ARRIVED_FACILITY, stop, facility=f"{stop.city} Sort Hub")
            if index == trouble:
                yield from self._trouble(stop)
            yield self._scan(EventType.DEPARTED_FACILITY, stop, facility=f"{stop.city} Sort Hub")
        yield from self._arrive(start)
        yield self._scan(EventType.OUT_FOR_DELIVERY, self.destination)

    def _arrive(self, start: Place) -> Iterator[CarrierEvent]:
        if crosses_border(start, self.destination):
            yield self._scan(EventType.ARRIVED_DESTINATION_COUNTRY, self.destination)
            yield self._scan(EventType.CUSTOMS_STARTED, self.destination)
            yield self._scan(EventType.CUSTOMS_CLEARED, self.destination)
        yield self._scan(EventType.ARRIVED_DESTINATION_FACILITY, self.destination)
        yield self._scan(
            EventType.ESTIMATE_UPDATED,
            self.destination,
            classifier="ESTIMATED",
            estimate=self._estimate(4, 10),
        )

    def _trouble(self, place: Place) -> Iterator[CarrierEvent]:
        if self.random.random() < 0.5:
            yield self._scan(
                EventType.DELAYED,
                place,
                exception_type="WEATHER",
                description="A storm delays the parcel",
                estimate=self._estimate(30, 54, f"A storm at {place.city}"),
            )
            return
        yield self._scan(
            EventType.HELD, place, exception_type="SECURITY_HOLD", description="Held for a check"
        )
        yield self._scan(EventType.HOLD_RELEASED, place, description="Released after a check")

    def _miss(self) -> Iterator[CarrierEvent]:
        yield self._scan(
            EventType.DELIVERY_ATTEMPTED, self.destination, description="Nobody at home"
        )
        yield self._scan(
            EventType.DELIVERY_RESCHEDULED,
            self.destination,
            classifier="PLANNED",
            estimate=self._estimate(16, 28, "Second attempt"),
        )
        yield self._scan(EventType.ARRIVED_FACILITY, self.destination, description="At the depot")

    def _mistake(self) -> Iterator[CarrierEvent]:
        mistake = self._scan(EventType.DELIVERED, self.destination)
        yield mistake
        yield self._scan(
            EventType.ARRIVED_FACILITY,
            self.destination,
            description="Scanned as delivered by mistake",
            retracts=mistake.source_event_id,
        )

    def _stray(self) -> Iterator[CarrierEvent]:
        yield self._scan(EventType.IN_TRANSIT, self.destination, description="In the wrong van")

    def _scan(self, type: EventType, place: Place, **details: Any) -> CarrierEvent:
        self.count += 1
        event = CarrierEvent(
            parcel=0,
            type=type,
            carrier=self.carrier.code,
            tracking_number=self.tracking_number,
            place=place,
            source_event_id=f"{self.token}-{self.count:04d}",
            description=DESCRIPTIONS.get(type),
            carrier_code=self.carrier.codes.get(type),
            by_id=True,
        )
        return replace(event, **details)

    def _estimate(self, least: float, most: float, reason: str | None = None) -> Estimate:
        hour = self.now().replace(minute=0, second=0, microsecond=0)
        return Estimate(hour + timedelta(hours=least), hour + timedelta(hours=most), reason)
