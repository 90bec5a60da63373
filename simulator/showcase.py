"""The showcase: one order that keeps moving all the time."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

from simulator.atlas import home_warehouse
from simulator.carriers import UPS, make_tracking_number
from simulator.client import ServerRefused
from simulator.endless_journeys import EndlessJourney
from simulator.known_orders import KnownOrder, find_order
from simulator.live_clock import CLOCK_ALLOWANCE
from simulator.news import event_input
from simulator.senders import Sender
from simulator.steps import (
    Command,
    Confirm,
    CreateShipment,
    Dispatch,
    Estimate,
    Pack,
    Release,
    Step,
)

EVENT_SECONDS = 2.0
# After so many events the pause between two has doubled: a server reads all the events of a parcel
# at each new one, and a demo may run for days. After a day there are some 7,000.
EVENTS_TO_DOUBLE_PAUSE = 700
# From such a status nothing moves any more.
ENDED = frozenset({"DELIVERED", "RETURNED", "LOST", "CANCELLED"})


class UnknownOrder(Exception):
    """The server has no order with the showcase's tracking id."""


async def play_showcase(sender: Sender, tracking_id: str, seed: int) -> None:
    """Dispatch the order if needed, and send events for ever: at first one every two seconds."""
    order = await find_order(sender.client, tracking_id)
    if order is None:
        raise UnknownOrder(f"There is no order {tracking_id}.")
    # Each run is a journey of its own, so that a second one moves too.
    random = Random(f"{seed}:{tracking_id}:{datetime.now(UTC).isoformat()}")
    if not await _bring_under_way(sender, order, random):
        print(f"The showcase {tracking_id} has nothing left that could move.", flush=True)
        return
    for count, event in enumerate(_endless_journey(order, random).events()):
        now = datetime.now(UTC)
        news = event_input(event, now - CLOCK_ALLOWANCE, order.shipment_ids[0], now)
        await _tell(sender, news or {})
        await asyncio.sleep(pause_after(count))


def pause_after(count: int) -> float:
    """Return the seconds to wait after so many events."""
    return EVENT_SECONDS * (1 + count / EVENTS_TO_DOUBLE_PAUSE)


async def _tell(sender: Sender, news: dict[str, object]) -> None:
    try:
        await sender.client.record_events([news])
    except ServerRefused as refusal:
        if refusal.is_final:
            raise
        sender.client.tally.add_error(refusal.code, str(refusal))


async def _bring_under_way(sender: Sender, order: KnownOrder, random: Random) -> bool:
    for command in _missing_commands(order, random):
        now = datetime.now(UTC)
        await sender.perform(order, Step(now - CLOCK_ALLOWANCE, now, command))
    return 0 in order.shipment_ids


def _missing_commands(order: KnownOrder, random: Random) -> list[Command]:
    if order.is_finished:
        return []
    for shipment in order.shipments:
        if shipment["status"] not in ENDED:
            order.shipment_ids[0] = shipment["id"]
            is_new = not shipment["trackingNumber"] and shipment["status"] in {"PENDING", "PACKED"}
            return [_dispatch(random)] if is_new else []
    first: list[Command] = []
    if order.status == "PENDING":
        first = [Confirm()]
    if order.status == "ON_HOLD":
        first = [Release(), Confirm()]
    origin = home_warehouse(order.placed.destination)
    key = f"showcase-{order.placed.tracking_id}-{random.getrandbits(48):012x}"
    made = CreateShipment(0, order.placed.items, origin, key)
    return [*first, made, Pack(0), _dispatch(random)]


def _dispatch(random: Random) -> Dispatch:
    today = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    estimate = Estimate(today + timedelta(hours=30), today + timedelta(hours=54))
    return Dispatch(0, UPS.code, "UPS Standard", make_tracking_number(random, UPS), estimate)


def _endless_journey(order: KnownOrder, random: Random) -> EndlessJourney:
    return EndlessJourney(
        random=random,
        carrier=UPS,
        tracking_number=None,
        origin=home_warehouse(order.placed.destination),
        destination=order.placed.destination,
        token=f"show-{random.getrandbits(48):012x}",
        now=lambda: datetime.now(UTC),
    )
