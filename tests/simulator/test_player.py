import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from simulator.history import History
from simulator.journeys import write_journey
from simulator.known_orders import read_order
from simulator.orders import generate_orders
from simulator.player import Plan, play
from simulator.senders import Sender
from simulator.showcase import UnknownOrder
from simulator.steps import CarrierEvent
from tests.simulator.fake_server import FakeServer


def make_server(now, count=150):
    return FakeServer(list(generate_orders(count, seed=7, until=now)))


async def play_history(server, now):
    async with server.client() as client, asyncio.TaskGroup() as group:
        history = History(Sender(client, group, 8), 7, now, but=None)
        await history.play(orders_at_once=40)
    return history


async def play_for(server, plan, seconds):
    async with server.client() as client:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await play(client, plan)
    return client.tally


async def test_history_sends_past_steps_only(now):
    server = make_server(now)
    journeys = [write_journey(read_order(order).placed, 7) for order in server.orders]

    history = await play_history(server, now)

    steps = [step for journey in journeys for step in journey.history(now)]
    event_count = sum(isinstance(step.act, CarrierEvent) for step in steps)
    assert len(server.events) == event_count
    assert len(server.commands) == len(steps) - event_count
    assert {order.placed.tracking_id for order, _ in history.unfinished} == {
        journey.order.tracking_id for journey in journeys if journey.upcoming(now)
    }


async def test_history_takes_the_commands_of_an_order_in_turn(now):
    server = make_server(now, 30)

    await play_history(server, now)

    fields: dict[str, list[str]] = {}
    for field, arguments in server.commands:
        if "trackingId" in arguments:
            fields.setdefault(arguments["trackingId"], []).append(field)
    for commands in fields.values():
        if "shipmentCreate" in commands:
            assert commands[0] == "orderConfirm"
    shipped = Counter(
        arguments["id"] for field, arguments in server.commands if field == "shipmentPack"
    )
    assert set(shipped.values()) == {1}


async def test_history_again_repeats_no_command_and_only_events_that_are_known_again(now):
    server = make_server(now)
    await play_history(server, now)
    commands, first_events = len(server.commands), server.events
    server.events = []

    await play_history(server, now)

    # A confirmed order without a parcel has nothing to repeat, and a cancelled one is finished.
    assert server.commands[commands:] == []
    ids = {event["sourceEventId"] for event in first_events if "sourceEventId" in event}
    assert {event["sourceEventId"] for event in server.events} == ids


async def test_a_repeated_history_finishes_an_interrupted_one(now):
    server = make_server(now, 60)
    await play_history(server, now)
    cut = next(order for order in server.orders if order["shipments"][:1])
    shipment = cut["shipments"][0]
    number = shipment["trackingNumber"]
    shipment |= {"status": "PENDING", "carrier": None, "trackingNumber": None}
    server.commands.clear()

    await play_history(server, now)

    assert [field for field, _ in server.commands if field == "shipmentDispatch"]
    assert {arguments["id"] for _, arguments in server.commands} == {shipment["id"]}
    assert shipment["trackingNumber"] == number


async def test_an_order_that_others_ship_is_left_alone(now):
    server = make_server(now, 20)
    for order in server.orders:
        order["status"] = "SHIPPED"
        order["shipments"] = [
            {"id": "X", "status": "IN_TRANSIT", "carrier": "ups", "trackingNumber": "OTHER"}
        ]

    await play_history(server, now)

    assert server.commands == []
    assert server.events == []


async def test_live_new_orders_are_placed_and_move():
    server = FakeServer([])

    tally = await play_for(server, Plan(speed=200_000, rate=100), seconds=3)

    placed = [arguments["input"] for field, arguments in server.commands if field == "orderCreate"]
    # The last command may still wait for its answer when the time is over.
    assert 3 <= tally.orders_placed <= len(placed) <= tally.orders_placed + 1
    assert len({order["reference"] for order in placed}) == len(placed)
    assert {order["reference"].partition("-")[0] for order in placed} == {"APP"}
    assert server.events
    now = datetime.now(UTC)
    for event in server.events:
        at = datetime.fromisoformat(event["occurredAt"])
        assert now - timedelta(seconds=15) < at < now


async def test_the_showcase_moves_by_itself(now, monkeypatch):
    monkeypatch.setattr("simulator.showcase.EVENT_SECONDS", 0.01)
    server = make_server(now, 1)

    await play_for(server, Plan(showcase="WA-0001"), seconds=1)

    mine = [event for event in server.events if event["sourceEventId"].startswith("show-")]
    assert [event["type"] for event in mine[:2]] == ["PICKED_UP", "DEPARTED_FACILITY"]
    assert len({event["sourceEventId"] for event in mine}) == len(mine) > 5
    assert {event["shipmentId"] for event in mine} == {server.orders[0]["shipments"][0]["id"]}
    assert len(server.orders[0]["shipments"]) == 1


async def test_an_unknown_showcase_is_reported(now):
    with pytest.raises(UnknownOrder, match="WA-9999"):
        await play_for(make_server(now, 1), Plan(showcase="WA-9999"), seconds=5)


async def test_a_cancelled_run_ends_at_once(now):
    server = make_server(now, 300)
    async with server.client() as client:
        playing = asyncio.create_task(play(client, Plan()))
        await asyncio.sleep(0.2)

        playing.cancel()

        async with asyncio.timeout(1):
            with pytest.raises(asyncio.CancelledError):
                await playing
