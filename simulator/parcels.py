"""A parcel of an order: how it is created, packed and dispatched, and its carrier's events."""

from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

from simulator.atlas import WAREHOUSES, home_warehouse
from simulator.carriers import choose_carrier, make_tracking_number
from simulator.days import next_time_of_day
from simulator.incidents import choose_incident
from simulator.outcomes import choose_outcome
from simulator.places import Place, crosses_border, distance_km
from simulator.promises import LAST_HOUR_SAME_DAY
from simulator.reporting import report
from simulator.scripts import Script
from simulator.steps import CreateShipment, Dispatch, Estimate, EventType, OrderedItem, Pack
from simulator.transits import announce, cross, hand_over
from simulator.trips import Parcel, Trip

FAR_WAREHOUSE_SHARE = 0.08
UNPACKED_SHARE = 0.3
LATE_DISPATCH_SHARE = 0.07
# Days from dispatch to delivery at home.
TRANSIT_DAYS = {"STANDARD": 2.6, "EXPRESS": 1.6, "SAME_DAY": 0.2, "PICKUP": 2.5, "FREIGHT": 6.5}
CUSTOMS_DAYS = 1.5
KM_PER_DAY = 3500.0


def ship_parcel(script: Script, index: int, items: tuple[OrderedItem, ...]) -> None:
    """Write the steps of parcel `index`; the script's clock ends where the parcel was created."""
    origin = _choose_origin(script, index)
    _wait_for_workers(script, origin)
    key = f"parcel-{script.order.tracking_id}-{index}"
    script.act(CreateShipment(index, items, origin, key))
    made_at = script.clock
    parcel = _make_parcel(script, index, origin)
    _pack(script, index)
    trip = Trip(script.random, parcel, script.clock)
    _send(script, trip)
    news = report(script.random, parcel.carrier, script.order.placed_at, trip.events)
    script.steps.extend(news)
    script.clock = made_at


def _choose_origin(script: Script, index: int) -> Place:
    is_sent_far = script.order.delivery_method in {"STANDARD", "EXPRESS"} and index == 0
    if is_sent_far and script.random.random() < FAR_WAREHOUSE_SHARE:
        return script.random.choice(WAREHOUSES)
    return home_warehouse(script.order.destination)


def _wait_for_workers(script: Script, origin: Place) -> None:
    if script.order.delivery_method != "SAME_DAY":
        script.wait(0.5, 5 if script.order.delivery_method == "EXPRESS" else 16)
        return
    script.wait(0.05, 0.6)
    if script.clock.astimezone(ZoneInfo(origin.zone)).hour >= LAST_HOUR_SAME_DAY:
        script.clock = next_time_of_day(script.random, script.clock, origin.zone, (7, 10), True)


def _make_parcel(script: Script, index: int, origin: Place) -> Parcel:
    random, method = script.random, script.order.delivery_method
    destination = script.order.destination
    carrier = choose_carrier(random, method, origin, destination)
    return Parcel(
        index=index,
        method=method,
        carrier=carrier,
        service=carrier.services.get(method),
        tracking_number=None if method == "PICKUP" else make_tracking_number(random, carrier),
        origin=origin,
        destination=destination,
        token=f"{random.getrandbits(48):012x}-{index}",
    )


def _pack(script: Script, index: int) -> None:
    hurry = 0.1 if script.order.delivery_method == "SAME_DAY" else 1.0
    script.wait(0.3 * hurry, 5 * hurry)
    if script.random.random() > UNPACKED_SHARE:
        script.act(Pack(index))
        script.wait(0.2 * hurry, 6 * hurry)


def _send(script: Script, trip: Trip) -> None:
    parcel = trip.parcel
    if parcel.tracking_number:
        announce(trip)
        script.wait(0.02, 0.4)
    trip.clock = script.clock
    dispatch = Dispatch(
        parcel.index,
        parcel.carrier.code,
        parcel.service,
        parcel.tracking_number,
        _first_estimate(trip),
    )
    script.act(dispatch, late_by=_entered_late(script.random))
    _travel(trip)


def _travel(trip: Trip) -> None:
    outcome = choose_outcome(trip.random, trip.parcel.method)
    if trip.parcel.method == "SAME_DAY":
        trip.wait(0.05, 0.5)
        trip.scan(EventType.PICKED_UP, trip.parcel.origin)
        outcome(trip)
        return
    hand_over(trip)
    if cross(trip, choose_incident(trip.random)):
        outcome(trip)


def _first_estimate(trip: Trip) -> Estimate | None:
    if trip.random.random() < 0.12:
        return None
    parcel = trip.parcel
    days = TRANSIT_DAYS[parcel.method]
    days += distance_km(parcel.origin, parcel.destination) / KM_PER_DAY
    days += CUSTOMS_DAYS if crosses_border(parcel.origin, parcel.destination) else 0
    return trip.expect(round(days * 16), round(days * 24 + 20))


def _entered_late(random: Random) -> timedelta:
    """Return by how much a dispatch is reported late: sometimes until later that day."""
    if random.random() < LATE_DISPATCH_SHARE:
        return timedelta(minutes=random.randint(60, 720))
    return timedelta(0)
