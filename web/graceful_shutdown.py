"""Graceful shutdown: at a signal to end, open connections are drained before the server ends."""

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
    """Drain the connections at a signal to end, and only then pass the signal on to uvicorn.

    uvicorn would close all websockets at one moment, and wait for event streams until its grace
    period is over. A second signal is passed on at once.
    """
    loop, tasks = asyncio.get_running_loop(), set[asyncio.Task[None]]()
    handlers = _uvicorn_handlers()
    is_forwarded = False

    def forward(number: signal.Signals) -> None:
        nonlocal is_forwarded
        is_forwarded = True
        handlers[number](number, None)

    async def drain(number: signal.Signals) -> None:
        try:
            await connections.drain()
        finally:
            # uvicorn takes a second Ctrl-C as an order to break everything off.
            if not is_forwarded:
                forward(number)

    def handle(signal_number: int, _frame: FrameType | None) -> None:
        number = signal.Signals(signal_number)
        if connections.is_draining:
            forward(number)
        else:
            loop.call_soon_threadsafe(lambda: tasks.add(loop.create_task(drain(number))))

    for number in handlers:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _uvicorn_handlers() -> dict[signal.Signals, Any]:
    """Return uvicorn's handlers of the signals to end.

    There are none where uvicorn is embedded, as in tests.
    """
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    return {
        number: handler
        for number, handler in handlers.items()
        if isinstance(getattr(handler, "__self__", None), uvicorn.Server)
    }
