"""The way of a parcel from the warehouse to the depot that delivers it."""

from collections.abc import Callable

from simulator.places import Place
from simulator.steps import EventType
from simulator.trips import Trip

# Something that befalls a parcel at a place; False: it goes no further.
Incident = Callable[[Trip, Place], bool]

# Of the parcels that pass customs.
CUSTOMS_HOLD_SHARE = 0.2
CUSTOMS_HOLDS = (
    ("CUSTOMS_HOLD", "Held by customs for inspection"),
    ("DOCUMENTS_MISSING", "Held by customs: the commercial invoice is missing"),
    ("PAYMENT_DUE", "Held by customs: duties are unpaid"),
)


def announce(trip: Trip) -> None:
    """Report what the carrier knows before it has the parcel."""
    origin = trip.parcel.origin
    known = trip.random.choice((EventType.LABEL_CREATED, EventType.INFO_RECEIVED))
    trip.scan(known, origin)


def hand_over(trip: Trip) -> None:
    """Let the carrier pick up the parcel, now and then at the second attempt."""
    origin = trip.parcel.origin
    trip.wait(0.5, 5)
    if trip.random.random() < 0.02:
        trip.scan(EventType.PICKUP_FAILED, origin)
        trip.wait(16, 26)
    trip.scan(EventType.PICKED_UP, origin, facility=f"Warehouse {origin.city}")


def cross(trip: Trip, incident: Incident) -> bool:
    """Move the parcel from hub to hub, and return whether it reached the destination's depot."""
    here = trip.parcel.origin
    scene = trip.random.randrange(len(trip.stops) + 1)
    trip.handle()
    trip.scan(EventType.DEPARTED_FACILITY, here, facility=f"{here.city} Origin Facility")
    for index, stop in enumerate(trip.stops):
        trip.travel(here, stop)
        trip.scan(EventType.ARRIVED_FACILITY, stop, facility=_hub_name(stop))
        if index == scene and not incident(trip, stop):
            return False
        trip.handle()
        trip.scan(EventType.DEPARTED_FACILITY, stop, facility=_hub_name(stop))
        here = stop
    if scene == len(trip.stops) and not incident(trip, here):
        return False
    _arrive(trip, here)
    return True


def turn_back(trip: Trip) -> None:
    """Return the parcel from the destination to the warehouse."""
    origin, destination = trip.parcel.origin, trip.parcel.destination
    trip.scan(EventType.RETURN_STARTED, destination)
    here = destination
    for stop in reversed(trip.stops):
        trip.handle()
        trip.travel(here, stop)
        trip.scan(EventType.IN_TRANSIT, stop, description="In transit to the sender")
        here = stop
    trip.handle()
    trip.travel(here, origin)
    trip.scan(EventType.RETURNED, origin, facility=f"Warehouse {origin.city}")


def _arrive(trip: Trip, last_stop: Place) -> None:
    destination = trip.parcel.destination
    trip.travel(last_stop, destination)
    if trip.is_foreign:
        _clear_customs(trip)
        if trip.random.random() < 0.2:
            trip.scan(EventType.HANDED_TO_PARTNER, destination)
        trip.handle()
    depot = f"{destination.city} Delivery Depot"
    trip.scan(EventType.ARRIVED_DESTINATION_FACILITY, destination, facility=depot)


def _clear_customs(trip: Trip) -> None:
    gateway, facility = trip.parcel.destination, f"{trip.parcel.destination.city} Gateway"
    trip.scan(EventType.ARRIVED_DESTINATION_COUNTRY, gateway, facility=facility)
    trip.wait(0.5, 4)
    trip.scan(EventType.CUSTOMS_STARTED, gateway, facility=facility)
    trip.wait(1, 9)
    if trip.random.random() < CUSTOMS_HOLD_SHARE:
        _hold_at_customs(trip, gateway)
    trip.scan(EventType.CUSTOMS_CLEARED, gateway, facility=facility)


def _hold_at_customs(trip: Trip, gateway: Place) -> None:
    kind, text = trip.random.choice(CUSTOMS_HOLDS)
    trip.scan(EventType.HELD, gateway, exception_type=kind, description=text)
    trip.wait(8, 72)
    if trip.random.random() < 0.7:
        trip.scan(EventType.HOLD_RELEASED, gateway, description="Released by customs")
        trip.wait(0.3, 3)


def _hub_name(place: Place) -> str:
    return f"{place.city} Sort Hub"
