"""Micro-batches: what is submitted while earlier batches run is processed together afterwards."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from errors import Unavailable

MAX_BATCH_SIZE = 500
"""The sizes of the items of a batch add up to no more than a single item may have."""
MAX_CONCURRENT_BATCHES = 2
"""While one batch waits for the database, another computes. More of them would be smaller each."""

Item = TypeVar("Item")
Result = TypeVar("Result")
Process = Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]


@dataclass(frozen=True, slots=True)
class PendingCall(Generic[Item, Result]):
    """A submitted item, its size, and the future on which its submitter waits."""

    item: Item
    size: int
    result: asyncio.Future[Result]


class MicroBatcher(Generic[Item, Result]):
    """Processes items in the order in which they are submitted, in as few batches as possible.

    Each batch runs in a task of its own, so that a submitter that is cancelled takes no other
    along, and an item that nobody waits for any more is not begun. If a batch fails, its items are
    processed one by one, so that each submitter receives only the errors of its own item.
    """

    def __init__(self) -> None:
        self._waiting: deque[PendingCall[Item, Result]] = deque()
        self._slots = asyncio.Semaphore(MAX_CONCURRENT_BATCHES)
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, item: Item, size: int, process: Process[Item, Result]) -> Result:
        """Wait for the item's batch and return the item's result, or raise its error.

        Each submitter brings a batch, which does nothing if an earlier one has taken all items.
        """
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(PendingCall(item, size, result))
        task = asyncio.create_task(self._run_next(process))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await result

    async def _run_next(self, process: Process[Item, Result]) -> None:
        async with self._slots:
            if batch := self._take_batch():
                await _run(batch, process)

    def _take_batch(self) -> list[PendingCall[Item, Result]]:
        batch: list[PendingCall[Item, Result]] = []
        room = MAX_BATCH_SIZE
        while self._waiting and (self._waiting[0].size <= room or not batch):
            call = self._waiting.popleft()
            if not call.result.cancelled():
                batch.append(call)
                room -= call.size
        return batch


async def _run(batch: Sequence[PendingCall[Item, Result]], process: Process[Item, Result]) -> None:
    if not await _complete(batch, process):
        for call in batch:
            await _complete([call], process)


async def _complete(
    batch: Sequence[PendingCall[Item, Result]], process: Process[Item, Result]
) -> bool:
    """Process the batch. Returns False if it failed and its items have to be processed singly."""
    futures = [call.result for call in batch]
    try:
        results = await process([call.item for call in batch])
        settled = list(zip(futures, results, strict=True))
    except Exception as error:
        # An outage concerns every item, and the batch has waited for its end already.
        if len(batch) > 1 and not isinstance(error, Unavailable):
            return False
        for future in futures:
            if not future.cancelled():
                future.set_exception(error)
    else:
        for future, result in settled:
            if not future.cancelled():
                future.set_result(result)
    return True
