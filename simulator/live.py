"""The second phase: orders move on, faster than the clock, and new ones are placed."""

import asyncio
import math
from dataclasses import dataclass
from datetime import UTC, datetime

from simulator.journeys import write_journey
from simulator.known_orders import KnownOrder, read_order
from simulator.live_clock import CLOCK_ALLOWANCE, Pace, Quickened, wait_until
from simulator.operations import create_order
from simulator.orders import Shop, make_order
from simulator.senders import Sender
from simulator.steps import Journey

# An order on average; so many must move for the wanted rate.
STEPS_OF_AN_ORDER = 14
SECONDS_OF_AN_ORDER = 4.0 * 86_400
MOST_MOVING = 2000
CUSTOMERS = 2000
LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Tempo:
    """The tempo: `speed` journey seconds pass in a second, and `rate` steps are sent in one."""

    speed: float
    rate: float

    @property
    def wanted_moving(self) -> int:
        """The number of orders that must be moving to keep up the rate."""
        steps_per_second = STEPS_OF_AN_ORDER * self.speed / SECONDS_OF_AN_ORDER
        return min(MOST_MOVING, max(1, math.ceil(self.rate / steps_per_second)))


class Live:
    """Keeps orders moving. `group` owns a task for each of them."""

    def __init__(self, sender: Sender, group: asyncio.TaskGroup, seed: int, tempo: Tempo) -> None:
        self._sender = sender
        self._group = group
        self._seed = seed
        self._tempo = tempo
        self._pace = Pace(tempo.rate)
        self._moving = 0
        # Milliseconds: the numbers of two runs are never the same.
        self._number = round(datetime.now(UTC).timestamp() * 1000)
        self._shop = Shop(seed, CUSTOMERS, prefix="APP")

    def move(self, order: KnownOrder, journey: Journey, anchor: datetime) -> None:
        """Play the part of the journey that comes after `anchor`, beginning now."""
        self._moving += 1
        task = self._group.create_task(self._play(order, journey, anchor))
        task.add_done_callback(self._has_stopped)

    async def place_orders(self) -> None:
        """Place another order whenever too few are moving, for ever."""
        while True:
            if self._moving < self._tempo.wanted_moving:
                await self._place_order()
            else:
                await asyncio.sleep(LOOK_SECONDS)

    async def _place_order(self) -> None:
        await self._pace.turn()
        self._number += 1
        placed_at = datetime.now(UTC) - CLOCK_ALLOWANCE
        order_input = make_order(self._shop, self._number, placed_at)
        payload = await self._sender.run(create_order({**order_input}))
        if payload and payload["order"]:
            self._sender.client.tally.orders_placed += 1
            order = read_order(payload["order"])
            self.move(order, write_journey(order.placed, self._seed), order.placed.placed_at)

    async def _play(self, order: KnownOrder, journey: Journey, anchor: datetime) -> None:
        # Sending the history took its time; what was to come then begins now.
        time = Quickened(anchor, self._tempo.speed, behind=datetime.now(UTC) - anchor)
        for step in journey.upcoming(anchor):
            await wait_until(time.due_at(step))
            await self._pace.turn()
            await self._sender.perform(order, time.retell(step, datetime.now(UTC)))

    def _has_stopped(self, task: asyncio.Task[None]) -> None:
        self._moving -= 1
