"""Micro-batches: what is submitted while earlier batches run is processed together afterwards."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Hashable, Sequence, Set
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from errors import Unavailable

MAX_BATCH_SIZE = 500
"""The sizes of the items of a batch add up to no more than a single item may have."""
MAX_CONCURRENT_BATCHES = 2
"""While one batch waits for the database, another computes. More of them would be smaller each."""

Item = TypeVar("Item")
Result = TypeVar("Result")
InputItem = TypeVar("InputItem", contravariant=True)
OutputResult = TypeVar("OutputResult", covariant=True)


class WouldWait(Exception):
    """Raised if a batch would have to wait for what one of its items needs."""


class Process(Protocol[InputItem, OutputResult]):
    """The processing of items."""

    async def together(self, items: Sequence[InputItem], /) -> Sequence[OutputResult]:
        """Process a batch, and return one result for each item. It must not wait for what only some
        of the items need, and raises WouldWait instead."""

    async def alone(self, item: InputItem, /) -> OutputResult:
        """Process one item, however long it waits."""

    def needs(self, item: InputItem, /) -> Set[Hashable]:
        """Return what the item may have to wait for."""


@dataclass(frozen=True, slots=True)
class PendingCall(Generic[Item, Result]):
    """A submitted item with its size and needs, and the future on which its submitter waits."""

    item: Item
    size: int
    needs: Set[Hashable]
    result: asyncio.Future[Result]


class MicroBatcher(Generic[Item, Result]):
    """Processes items in the order in which they are submitted, in as few batches as possible.

    An item waits while a batch runs whose items need the same, because the two would only wait for
    each other. Items that need something else go past it.

    Each batch runs in a task of its own, so that a submitter that is cancelled takes no other
    along, and an item that nobody waits for any more is not begun. If a batch fails, its items are
    processed alone, beside the batches, so that each submitter receives only the errors of its own
    item and waits only for what its own item needs. Until an item that needs one thing alone has
    got it, others that need the same are processed alone, too: with them, every batch would fail.
    """

    def __init__(self) -> None:
        self._waiting: list[PendingCall[Item, Result]] = []
        self._slots = asyncio.Semaphore(MAX_CONCURRENT_BATCHES)
        self._tasks: set[asyncio.Task[None]] = set()
        self._needs_of_batches: set[Hashable] = set()
        self._needs_alone: Counter[Hashable] = Counter()

    async def submit(self, item: Item, size: int, process: Process[Item, Result]) -> Result:
        """Wait for the item's batch and return the item's result, or raise its error.

        Each submitter brings a batch, which does nothing if an earlier one has taken all items.
        """
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        call = PendingCall(item, size, process.needs(item), result)
        if self._needs_alone and not self._needs_alone.keys().isdisjoint(call.needs):
            self._start(self._run_alone(call, process))
        else:
            self._waiting.append(call)
            self._start(self._run_next(process))
        return await result

    def _start(self, run: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(run)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_next(self, process: Process[Item, Result]) -> None:
        async with self._slots:
            batch = self._take_batch()
            if not batch:
                return
            needs = {need for call in batch for need in call.needs}
            self._needs_of_batches |= needs
            try:
                is_done = await _run_together(batch, process)
            finally:
                self._needs_of_batches -= needs
        for call in () if is_done else batch:
            self._start(self._run_alone(call, process))
        if self._waiting:
            self._start(self._run_next(process))

    def _take_batch(self) -> list[PendingCall[Item, Result]]:
        """Take the next items that need nothing of what the running batches, or items before them
        that cannot be taken, need."""
        batch: list[PendingCall[Item, Result]] = []
        left: list[PendingCall[Item, Result]] = []
        room, taken = MAX_BATCH_SIZE, set(self._needs_of_batches)
        waiting = [call for call in self._waiting if not call.result.cancelled()]
        for place, call in enumerate(waiting):
            if not taken.isdisjoint(call.needs):
                taken |= call.needs
                left.append(call)
            elif call.size <= room or not batch:
                batch.append(call)
                room -= call.size
            else:
                left += waiting[place:]
                break
        self._waiting = left
        return batch

    async def _run_alone(
        self, call: PendingCall[Item, Result], process: Process[Item, Result]
    ) -> None:
        needs = call.needs if len(call.needs) == 1 else ()
        self._needs_alone.update(needs)
        try:
            result = await process.alone(call.item)
        except Exception as error:
            _fail(call, error)
        else:
            _succeed(call, result)
        finally:
            self._needs_alone.subtract(needs)
            self._needs_alone = +self._needs_alone


async def _run_together(
    batch: Sequence[PendingCall[Item, Result]], process: Process[Item, Result]
) -> bool:
    """Process the batch. Returns False if its items have to be processed alone."""
    try:
        results = await process.together([call.item for call in batch])
        answered = list(zip(batch, results, strict=True))
    except WouldWait:
        return False
    except Exception as error:
        # An outage concerns every item, and the batch has waited for its end already.
        if len(batch) > 1 and not isinstance(error, Unavailable):
            return False
        for call in batch:
            _fail(call, error)
    else:
        for call, result in answered:
            _succeed(call, result)
    return True


def _succeed(call: PendingCall[Any, Result], result: Result) -> None:
    if not call.result.cancelled():
        call.result.set_result(result)


def _fail(call: PendingCall[Any, Any], error: Exception) -> None:
    if not call.result.cancelled():
        call.result.set_exception(error)
