"""Another process that writes to the same database: `another_process.py URL ORDERS`.

It says "ready" once it is connected, and begins when it is told to.
"""

import asyncio
import sys

from auth import SYSTEM
from models.database import open_database
from tests.factories import make_order, open_by_hand
from tracking.acts import Tracker
from tracking.exceptions import add_exception_note


async def write(url: str, orders: int) -> None:
    tracker = Tracker(announce=lambda _head: None)
    async with open_database(url, connections=4, is_global=True):
        print("ready", flush=True)  # noqa: T201
        sys.stdin.readline()
        for _ in range(orders):
            id_ = await open_by_hand(tracker, await make_order(tracker))
            await asyncio.gather(
                *[add_exception_note(tracker, SYSTEM, id_, f"note {one}") for one in range(4)]
            )


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], int(sys.argv[2])))
