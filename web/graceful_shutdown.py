"""Leaving: at a signal to end, those who stay connected are let go before the server ends."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from web.connection_registry import ConnectionRegistry


@contextmanager
def drain_before_exit(connections: ConnectionRegistry) -> Iterator[None]:
    """At a signal to end, let those go who stay connected, and only then tell uvicorn.

    It would close all websockets at one moment, and wait for event streams until its grace is over.
    A second signal is passed on at once.
    """
    loop, tasks = asyncio.get_running_loop(), set[asyncio.Task[None]]()
    before: dict[signal.Signals, Any] = {}
    is_told = False

    def tell(number: signal.Signals) -> None:
        nonlocal is_told
        is_told = True
        before[number](number, None)

    async def leave(number: signal.Signals) -> None:
        try:
            await connections.drain()
        finally:
            # To uvicorn a second Ctrl-C would mean to break everything off.
            if not is_told:
                tell(number)

    def begin(number: signal.Signals) -> None:
        tasks.add(loop.create_task(leave(number)))

    def handle(signal_number: int, _frame: FrameType | None) -> None:
        number = signal.Signals(signal_number)
        if connections.is_leaving:
            tell(number)
        else:
            loop.call_soon_threadsafe(begin, number)

    for number in (signal.SIGTERM, signal.SIGINT):
        handler = signal.getsignal(number)
        # Where somebody else serves the application, in tests for instance, nobody may have asked.
        if isinstance(getattr(handler, "__self__", None), uvicorn.Server):
            before[number] = handler
            signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
