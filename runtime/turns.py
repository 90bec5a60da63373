"""Turns on the event loop, for work that takes long or comes in several long steps."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable
from typing import TypeVar

STEP_SECONDS = 0.02
"""Seconds of work after which the other work of the process has its turn: a fifth of what a request
may hold up the others, because a single item may take some of the rest."""

Item = TypeVar("Item")


async def let_others_run() -> None:
    """Let run what became ready during the last step.

    Callbacks for what arrived meanwhile are queued behind the one that resumes this task, so the
    task has to wait a second time.
    """
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def in_turns(items: Iterable[Item]) -> AsyncGenerator[Item, None]:
    """Yield the items, and let others run between two of them whenever a step has taken long."""
    began = time.perf_counter()
    for item in items:
        yield item
        if time.perf_counter() - began > STEP_SECONDS:
            await let_others_run()
            began = time.perf_counter()
