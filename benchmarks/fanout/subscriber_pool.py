"""The crowd's other end: telling it what to do, and waiting for it."""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.fanout.subscriber_process import Count, run_crowd

STALL = 20.0
"""Seconds without anything received while something is expected: it was lost."""
LOOK_INTERVAL = 0.02


class Lost(Exception):
    """Something that was sent did not arrive, or what arrived is wrong."""


class Crowd:
    """Groups of followers in a process of their own."""

    def __init__(self, orders: Connection) -> None:
        self._orders = orders

    async def join(
        self, name: str, port: int, subscriptions: Sequence[bytes], *, is_ordered: bool = True
    ) -> float:
        """The seconds until all of them were following."""
        started = time.monotonic()
        self._send("join", name=name, port=port, subscriptions=subscriptions, is_ordered=is_ordered)
        await self._wait(name, lambda joined, _: joined == len(subscriptions))
        return time.monotonic() - started

    def forget(self, name: str, *, has_times: bool = False) -> None:
        """Count from here on."""
        self._ask("forget", name=name, has_times=has_times)

    def size(self, name: str) -> int:
        """How many have joined."""
        joined: int = self._ask("tell", name=name)[0]
        return joined

    async def receive(self, name: str, each: int) -> Count:
        """What it received, once each of them has so many frames. Raises Lost."""
        count = await self.receive_in_all(name, self.size(name) * each)
        if (count.fewest, count.most) != (each, each):
            raise Lost(f"{name}: {count.fewest} to {count.most} frames received, not {each}")
        return count

    async def receive_in_all(self, name: str, frames: int) -> Count:
        """What it received, once all of them together have so many frames. Raises Lost."""
        await self._wait(name, lambda _, received: received >= frames)
        count: Count = self._ask("count", name=name)
        return count

    def leave(self, name: str) -> None:
        self._ask("leave", name=name)

    async def _wait(self, name: str, is_done: Callable[[int, int], bool]) -> None:
        seen, since = (0, 0), time.monotonic()
        while True:
            joined, received, faults = self._ask("tell", name=name)
            if faults:
                raise Lost(f"{name}: {faults[:3]}")
            if is_done(joined, received):
                return
            if (joined, received) != seen:
                seen, since = (joined, received), time.monotonic()
            if time.monotonic() > since + STALL:
                raise Lost(f"{name}: {joined} joined, {received} frames received, and no more")
            await asyncio.sleep(LOOK_INTERVAL)

    def _ask(self, verb: str, **values: Any) -> Any:
        self._send(verb, **values)
        return self._orders.recv()

    def _send(self, verb: str, **values: Any) -> None:
        self._orders.send((verb, values))


@contextmanager
def gathering() -> Generator[Crowd, None, None]:
    """A crowd that goes home when the block is left."""
    context = multiprocessing.get_context("spawn")
    orders, other_end = context.Pipe()
    process = context.Process(target=run_crowd, args=(other_end,), daemon=True)
    process.start()
    other_end.close()
    try:
        yield Crowd(orders)
    finally:
        orders.close()
        process.join(5)
        process.kill()
