"""Incidents on a parcel's way. Each returns whether the parcel travels on."""

from random import Random

from simulator.places import Place
from simulator.steps import EventType
from simulator.transits import Incident
from simulator.trips import Trip

WEATHER = ("Heavy snow", "A storm", "Flooding", "Dense fog", "Extreme heat")


def nothing(trip: Trip, place: Place) -> bool:
    """Nothing happens, which is the usual case."""
    return True


def bad_weather(trip: Trip, place: Place) -> bool:
    """The weather stops everything for a while, and the estimate moves."""
    trip.wait(0.5, 4)
    why = trip.random.choice(WEATHER)
    estimate = trip.expect(48, 84, reason=f"{why} at {place.city}")
    trip.scan(
        EventType.DELAYED,
        place,
        exception_type="WEATHER",
        description=f"{why} delays the parcel",
        estimate=estimate,
    )
    trip.wait(12, 40)
    return True


def delay(trip: Trip, place: Place) -> bool:
    """The carrier is behind, and reports it once or twice."""
    trip.wait(1, 6)
    late = trip.expect(30, 60, reason="High volume")
    trip.scan(
        EventType.DELAYED,
        place,
        exception_type="DELAY",
        description="High volume delays the parcel",
        estimate=late,
    )
    trip.wait(10, 26)
    if trip.random.random() < 0.5:
        again = trip.expect(24, 48, reason="High volume")
        trip.scan(EventType.ESTIMATE_UPDATED, place, classifier="ESTIMATED", estimate=again)
        trip.wait(1, 4)
    return True


def damage(trip: Trip, place: Place) -> bool:
    """The parcel is damaged and travels on."""
    trip.wait(0.5, 3)
    trip.scan(EventType.DAMAGED, place)
    trip.wait(2, 12)
    return True


def loss(trip: Trip, place: Place) -> bool:
    """The parcel is lost for good."""
    trip.wait(60, 150)
    trip.scan(EventType.LOST, place)
    return False


def loss_and_find(trip: Trip, place: Place) -> bool:
    """The parcel is reported lost, and found later."""
    trip.wait(40, 100)
    trip.scan(EventType.LOST, place)
    trip.wait(20, 90)
    trip.scan(EventType.ARRIVED_FACILITY, place, description="The parcel has been found")
    return True


def wrong_way(trip: Trip, place: Place) -> bool:
    """The parcel is sorted into the wrong truck, and comes back to its way."""
    trip.wait(1, 5)
    trip.scan(EventType.MISROUTED, place, description="Sent to the wrong facility")
    trip.wait(8, 24)
    trip.scan(EventType.IN_TRANSIT, place, description="On its way again")
    return True


def security_check(trip: Trip, place: Place) -> bool:
    """The parcel is held, inspected, and released."""
    trip.wait(0.5, 3)
    trip.scan(EventType.HELD, place, exception_type="SECURITY_HOLD", description="Held for a check")
    trip.wait(6, 30)
    trip.scan(EventType.HOLD_RELEASED, place, description="Released after a check")
    return True


def silence(trip: Trip, place: Place) -> bool:
    """The scans stop without a reason."""
    return False


_CHANCES: dict[Incident, float] = {
    nothing: 78,
    bad_weather: 6,
    delay: 5,
    damage: 2,
    loss: 1.6,
    loss_and_find: 1.2,
    wrong_way: 2,
    security_check: 1.5,
    silence: 0.7,
}


def choose_incident(random: Random) -> Incident:
    """Choose an incident; mostly nothing happens."""
    return random.choices(tuple(_CHANCES), tuple(_CHANCES.values()))[0]
