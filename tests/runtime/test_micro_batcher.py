"""Items submitted during a batch form the next one, and one's error affects no other."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from errors import Unavailable
from runtime.micro_batcher import MAX_BATCH_SIZE, MAX_CONCURRENT_BATCHES, MicroBatcher, WouldWait


class StubProcess:
    """A stub that doubles numbers once `may_end` is set, and fails for some of them.

    What a number needs is its last digit.
    """

    def __init__(self, failing: dict[int, Exception] | None = None) -> None:
        self.batches: list[list[int]] = []
        self.alone_numbers: list[int] = []
        self.failing = failing or {}
        self.has_begun, self.may_end = asyncio.Event(), asyncio.Event()
        self.alone_may_end = asyncio.Event()
        self.batcher: MicroBatcher[int, int] = MicroBatcher()

    async def together(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        self.has_begun.set()
        await self.may_end.wait()
        for number in numbers:
            if number in self.failing:
                raise self.failing[number]
        return [2 * number for number in numbers]

    async def alone(self, number: int) -> int:
        self.alone_numbers.append(number)
        await self.alone_may_end.wait()
        error = self.failing.get(number)
        if error is not None and not isinstance(error, WouldWait):
            raise error
        return 2 * number

    def needs(self, number: int) -> set[int]:
        return {number % 10}

    async def submit(self, number: int, size: int = 1) -> asyncio.Task[int]:
        """Submits a number; when this returns, the number waits for its batch."""
        task = asyncio.create_task(self.batcher.submit(number, size, self))
        await asyncio.sleep(0)
        return task

    async def fill_slots(self) -> list[asyncio.Task[int]]:
        """Starts as many batches as may run at once, each of one number: -1, -2 and so on."""
        tasks = []
        for index in range(MAX_CONCURRENT_BATCHES):
            tasks.append(await self.submit(-1 - index))
            await asyncio.sleep(0)
        self.batches.clear()
        return tasks


async def _outcomes(tasks: Sequence[asyncio.Task[int]]) -> list[Any]:
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_items_submitted_during_a_batch_are_processed_together_and_in_order() -> None:
    process = StubProcess()
    first = await process.fill_slots()
    tasks = [await process.submit(number) for number in range(1, 6)]

    process.may_end.set()

    assert await _outcomes(tasks) == [2, 4, 6, 8, 10]
    assert await _outcomes(first) == [-2, -4]
    assert process.batches == [[1, 2, 3, 4, 5]]


async def test_a_batch_is_at_most_as_large_as_one_item_may_be() -> None:
    process = StubProcess()
    await process.fill_slots()
    sizes = [MAX_BATCH_SIZE - 1, 1, 1, MAX_BATCH_SIZE]
    tasks = [await process.submit(index, size) for index, size in enumerate(sizes)]

    process.may_end.set()

    assert await _outcomes(tasks) == [0, 2, 4, 6]
    assert process.batches == [[0, 1], [2], [3]]


async def test_an_error_is_raised_to_the_submitter_that_caused_it() -> None:
    mistake = KeyError("a bug")
    process = StubProcess({2: mistake})
    await process.fill_slots()
    tasks = [await process.submit(number) for number in (1, 2, 3)]

    process.may_end.set()
    process.alone_may_end.set()

    assert await _outcomes(tasks) == [2, mistake, 6]
    assert (process.batches, process.alone_numbers) == ([[1, 2, 3]], [1, 2, 3])


async def test_an_outage_fails_the_whole_batch_and_nothing_is_tried_again() -> None:
    outage = Unavailable()
    process = StubProcess({2: outage})
    await process.fill_slots()
    tasks = [await process.submit(number) for number in (1, 2, 3)]

    process.may_end.set()

    assert await _outcomes(tasks) == [outage, outage, outage]
    assert process.batches == [[1, 2, 3]]


async def test_an_item_waits_for_a_batch_that_needs_the_same_and_others_go_past_it() -> None:
    process = StubProcess()
    first = await process.submit(1)
    await process.has_begun.wait()

    same, next_same, other = [await process.submit(number) for number in (11, 21, 2)]
    process.may_end.set()

    assert await _outcomes([first, same, next_same, other]) == [2, 22, 42, 4]
    assert process.batches == [[1], [2], [11, 21]]


async def test_an_item_that_would_wait_is_processed_beside_the_batches() -> None:
    process = StubProcess({1: WouldWait()})
    process.may_end.set()
    waiting = await process.submit(1)
    while not process.alone_numbers:  # noqa: ASYNC110 (what is waited for comes in a few turns)
        await asyncio.sleep(0)

    others = [await process.submit(number) for number in range(2, 2 + 2 * MAX_CONCURRENT_BATCHES)]

    assert await _outcomes(others) == [4, 6, 8, 10]
    assert not waiting.done()
    process.alone_may_end.set()
    assert await waiting == 2


async def test_an_item_with_the_needs_of_one_that_waits_joins_no_batch() -> None:
    process = StubProcess({1: WouldWait()})
    process.may_end.set()
    first = await process.submit(1)
    while not process.alone_numbers:  # noqa: ASYNC110 (what is waited for comes in a few turns)
        await asyncio.sleep(0)

    second = await process.submit(11)
    process.alone_may_end.set()

    assert await _outcomes([first, second]) == [2, 22]
    assert process.alone_numbers == [1, 11]
    third = await process.submit(21)

    assert await third == 42
    assert process.batches == [[1], [21]]


async def test_an_item_that_nobody_waits_for_is_not_processed() -> None:
    process = StubProcess()
    await process.fill_slots()
    tasks = [await process.submit(number) for number in (1, 2, 3)]

    tasks[1].cancel()
    await asyncio.sleep(0)
    process.may_end.set()

    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
    assert await _outcomes([tasks[0], tasks[2]]) == [2, 6]
    assert process.batches == [[1, 3]]


@pytest.mark.parametrize("leaver", [0, 1, 2])
async def test_a_submitter_cancelled_during_a_batch_cancels_no_other(leaver: int) -> None:
    process = StubProcess()
    calls = [process.batcher.submit(number, 1, process) for number in (1, 2, 3)]
    tasks = [asyncio.create_task(call) for call in calls]
    await process.has_begun.wait()

    tasks[leaver].cancel()
    await asyncio.sleep(0)
    process.may_end.set()

    await asyncio.wait(tasks)
    answers = [None if task.cancelled() else task.result() for task in tasks]
    assert answers == [
        None if index == leaver else 2 * number for index, number in enumerate((1, 2, 3))
    ]
    assert process.batches == [[1, 2, 3]]
