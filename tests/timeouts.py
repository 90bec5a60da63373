"""How long tests wait for what must happen, and how they wait for what has no event."""

import asyncio
from collections.abc import Callable

TIMEOUT = 20.0
"""Seconds; only a test that fails waits this long."""


async def poll_until(condition: Callable[[], object]) -> None:
    """Waits for a condition that no event announces."""
    async with asyncio.timeout(TIMEOUT):
        while not condition():  # noqa: ASYNC110 (a property has no event)
            await asyncio.sleep(0.005)
