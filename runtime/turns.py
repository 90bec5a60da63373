"""Turns on the event loop, for work that comes in several long steps."""

import asyncio


async def let_others_run() -> None:
    """Let run what became ready during the last step.

    Callbacks for what arrived meanwhile are queued behind the one that resumes this task, so the
    task has to wait a second time.
    """
    await asyncio.sleep(0)
    await asyncio.sleep(0)
