"""A process that writes to the test's database: `writer_process.py URL ORDERS`.

It prints "ready" once it is connected, and begins when it has read a line.
"""

import asyncio
import sys

from access.viewer import SYSTEM
from database.connections import open_database
from tests.factories.acts import make_exception_id, make_order
from tracking.exceptions.commands import add_exception_note
from unit_of_work.unit_of_work import Tracker


async def write(url: str, orders: int) -> None:
    tracker = Tracker(announce=lambda _head: None)
    async with open_database(url, connections=4, is_global=True):
        print("ready", flush=True)  # noqa: T201
        sys.stdin.readline()
        for _ in range(orders):
            id_ = await make_exception_id(tracker, await make_order(tracker))
            await asyncio.gather(
                *[add_exception_note(tracker, SYSTEM, id_, f"note {number}") for number in range(4)]
            )


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], int(sys.argv[2])))
