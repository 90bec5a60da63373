"""Outcomes of a parcel's way, once it has reached the depot that delivers it."""

from collections.abc import Callable
from random import Random

from simulator.steps import EventType
from simulator.transits import turn_back
from simulator.trips import Trip

Outcome = Callable[[Trip], None]


def delivery(trip: Trip) -> None:
    """The parcel is delivered at the first attempt."""
    _schedule(trip)
    _go_out(trip)
    _deliver(trip)


def failed_attempts(trip: Trip) -> None:
    """Nobody is at home, once or twice; then the parcel is delivered or left at a pickup point."""
    for number in range(trip.random.choice((1, 1, 2))):
        _find_nobody(trip, f"Nobody at home (attempt {number + 1})")
    if trip.random.random() < 0.35:
        pickup_point(trip)
        return
    _go_out(trip)
    _deliver(trip)


def pickup_point(trip: Trip) -> None:
    """The recipient collects the parcel at a pickup point."""
    _wait_for_recipient(trip)
    trip.scan(EventType.COLLECTED, trip.parcel.destination, signed_by=_signature(trip.random))


def nobody_comes(trip: Trip) -> None:
    """Nobody collects the parcel at the pickup point, and it goes back."""
    _wait_for_recipient(trip)
    trip.wait(120, 170)
    trip.scan(EventType.NOT_COLLECTED, trip.parcel.destination)
    trip.wait(4, 30)
    turn_back(trip)


def refusal(trip: Trip) -> None:
    """The recipient refuses the parcel."""
    _go_out(trip)
    trip.until_hour(10, 18)
    trip.scan(EventType.REFUSED, trip.parcel.destination)
    trip.wait(4, 30)
    turn_back(trip)


def wrong_address(trip: Trip) -> None:
    """The address does not exist."""
    _go_out(trip)
    trip.until_hour(10, 18)
    trip.scan(
        EventType.UNDELIVERABLE,
        trip.parcel.destination,
        exception_type="ADDRESS_PROBLEM",
        description="The address does not exist",
    )
    trip.wait(20, 72)
    turn_back(trip)


def wrong_scan(trip: Trip) -> None:
    """A delivery is reported by mistake; the carrier retracts it, and delivers later."""
    _go_out(trip)
    trip.until_hour(10, 18)
    mistake = trip.scan(EventType.DELIVERED, trip.parcel.destination)
    trip.wait(1.5, 6)
    trip.scan(
        EventType.ARRIVED_DESTINATION_FACILITY,
        trip.parcel.destination,
        description="Scanned as delivered by mistake",
        retracts=mistake.source_event_id,
    )
    _go_out(trip)
    _deliver(trip)


_CHANCES: dict[Outcome, float] = {
    delivery: 76,
    failed_attempts: 8,
    pickup_point: 6,
    refusal: 2,
    wrong_address: 1.8,
    wrong_scan: 2.5,
    nobody_comes: 0.9,
}


def choose_outcome(random: Random, method: str) -> Outcome:
    """Choose an outcome; mostly a delivery at the first attempt."""
    if method == "PICKUP":
        return random.choices((pickup_point, nobody_comes), (92, 8))[0]
    if method == "SAME_DAY":
        return random.choices((delivery, failed_attempts), (93, 7))[0]
    return random.choices(tuple(_CHANCES), tuple(_CHANCES.values()))[0]


def _schedule(trip: Trip) -> None:
    is_freight = trip.parcel.method == "FREIGHT"
    if not is_freight and trip.random.random() > 0.15:
        return
    trip.wait(0.5, 3)
    window = trip.expect(24, 28) if is_freight else trip.expect(10, 22)
    trip.scan(
        EventType.DELIVERY_SCHEDULED,
        trip.parcel.destination,
        classifier="PLANNED",
        estimate=window,
    )
    if is_freight:
        trip.wait(10, 14)


def _find_nobody(trip: Trip, description: str) -> None:
    home = trip.parcel.destination
    _go_out(trip)
    trip.until_hour(10, 19)
    trip.scan(EventType.DELIVERY_ATTEMPTED, home, description=description)
    tomorrow = trip.expect(16, 28, reason="Second attempt")
    trip.wait(0.2, 1)
    trip.scan(EventType.DELIVERY_RESCHEDULED, home, classifier="PLANNED", estimate=tomorrow)


def _go_out(trip: Trip) -> None:
    if trip.parcel.method == "SAME_DAY":
        trip.wait(0.3, 1.5)
    else:
        trip.until_hour(7, 9.9)
    trip.scan(EventType.OUT_FOR_DELIVERY, trip.parcel.destination)


def _deliver(trip: Trip) -> None:
    if trip.parcel.method == "SAME_DAY":
        trip.wait(0.5, 3)
    else:
        trip.until_hour(10, 19)
    signed_by = _signature(trip.random) if trip.random.random() < 0.6 else None
    trip.scan(EventType.DELIVERED, trip.parcel.destination, signed_by=signed_by)


def _wait_for_recipient(trip: Trip) -> None:
    trip.until_hour(9, 15)
    shop = f"{trip.parcel.destination.city} Pickup Point {trip.random.randint(1, 60)}"
    trip.scan(EventType.AVAILABLE_FOR_PICKUP, trip.parcel.destination, facility=shop)
    trip.wait(2, 50)


def _signature(random: Random) -> str:
    return random.choice(
        (f"RECIPIENT {random.randint(1, 999_999):06d}", "FRONT DESK", "NEIGHBOUR", "MAIL ROOM")
    )
