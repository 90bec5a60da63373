"""The controller of a subscriber process: it sends commands and waits for deliveries."""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.fanout.subscriber_process import GroupReceipts, run_subscriber_process

STALL_SECONDS = 20.0
"""After this time without a receipt, an expected frame counts as lost."""
POLL_INTERVAL = 0.02
EXIT_SECONDS = 5.0
QUOTED_ERRORS = 3


class DeliveryError(Exception):
    """A frame did not arrive, or a wrong one did."""


class SubscriberPool:
    """Named groups of subscribers in a process of their own."""

    def __init__(self, commands: Connection) -> None:
        self._commands = commands

    async def join(
        self, group: str, port: int, subscriptions: Sequence[bytes], *, is_ordered: bool = True
    ) -> float:
        """Connect one subscriber per frame; return the seconds until all have subscribed."""
        started = time.monotonic()
        self._send(
            "join", name=group, port=port, subscriptions=subscriptions, is_ordered=is_ordered
        )
        await self._wait(group, lambda joined, _: joined == len(subscriptions))
        return time.monotonic() - started

    def reset(self, group: str, *, has_times: bool = False) -> None:
        """Set all counts of a group to zero; `has_times` records the time of each receipt."""
        self._call("reset", name=group, has_times=has_times)

    def size(self, group: str) -> int:
        """Return how many subscribers have joined the group."""
        joined: int = self._call("progress", name=group)[0]
        return joined

    async def receive(self, group: str, frames: int) -> GroupReceipts:
        """Wait until each subscriber has exactly `frames` frames. Raises DeliveryError."""
        receipts = await self.receive_total(group, self.size(group) * frames)
        if (receipts.fewest, receipts.most) != (frames, frames):
            raise DeliveryError(
                f"{group}: subscribers received {receipts.fewest} to {receipts.most} frames"
                f" instead of {frames}"
            )
        return receipts

    async def receive_total(self, group: str, frames: int) -> GroupReceipts:
        """Wait until the group has `frames` frames in total. Raises DeliveryError."""
        await self._wait(group, lambda _, received: received >= frames)
        receipts: GroupReceipts = self._call("receipts", name=group)
        return receipts

    def leave(self, group: str) -> None:
        """Disconnect all subscribers of a group."""
        self._call("leave", name=group)

    async def _wait(self, group: str, is_done: Callable[[int, int], bool]) -> None:
        progress, since = (0, 0), time.monotonic()
        while True:
            joined, received, errors = self._call("progress", name=group)
            if errors:
                raise DeliveryError(f"{group}: {errors[:QUOTED_ERRORS]}")
            if is_done(joined, received):
                return
            if (joined, received) != progress:
                progress, since = (joined, received), time.monotonic()
            if time.monotonic() > since + STALL_SECONDS:
                raise DeliveryError(
                    f"{group}: deliveries stopped after {joined} subscribers joined and"
                    f" {received} frames arrived"
                )
            await asyncio.sleep(POLL_INTERVAL)

    def _call(self, command: str, **arguments: Any) -> Any:
        self._send(command, **arguments)
        return self._commands.recv()

    def _send(self, command: str, **arguments: Any) -> None:
        self._commands.send((command, arguments))


@contextmanager
def open_subscriber_pool() -> Generator[SubscriberPool, None, None]:
    """Start a pool; its process ends when the block is left."""
    context = multiprocessing.get_context("spawn")
    commands, process_end = context.Pipe()
    process = context.Process(target=run_subscriber_process, args=(process_end,), daemon=True)
    process.start()
    process_end.close()
    try:
        yield SubscriberPool(commands)
    finally:
        commands.close()
        process.join(EXIT_SECONDS)
        process.kill()
