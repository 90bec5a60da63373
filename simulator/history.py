"""The first phase: everything that has happened to the server's orders up to now."""

import asyncio
from datetime import datetime

from tqdm import tqdm

from simulator.journeys import write_journey
from simulator.known_orders import KnownOrder, count_orders, list_orders, without_what_is_done
from simulator.senders import Sender
from simulator.steps import Journey

Unfinished = list[tuple[KnownOrder, Journey]]


class History:
    """Sends the past of all orders except one. `unfinished` has the orders that go on moving."""

    def __init__(self, sender: Sender, seed: int, now: datetime, but: str | None) -> None:
        self.unfinished: Unfinished = []
        self._sender = sender
        self._seed = seed
        self._now = now
        self._but = but

    async def play(self, orders_at_once: int) -> None:
        """Page through the server's orders and send the past of each."""
        slots = asyncio.Semaphore(orders_at_once)
        total = await count_orders(self._sender.client)
        # Without a terminal there is no bar.
        with tqdm(total=total, unit="order", desc="History", disable=None) as bar:
            async with asyncio.TaskGroup() as group:
                async for order in list_orders(self._sender.client):
                    await slots.acquire()
                    task = group.create_task(self._play_order(order))
                    task.add_done_callback(lambda _: slots.release())
                    task.add_done_callback(lambda _: bar.update())
        await self._sender.basket.send()

    async def _play_order(self, order: KnownOrder) -> None:
        if order.is_finished or order.placed.tracking_id == self._but:
            return
        journey = without_what_is_done(order, write_journey(order.placed, self._seed))
        for step in journey.history(self._now):
            await self._sender.perform(order, step)
        if journey.upcoming(self._now):
            self.unfinished.append((order, journey))
