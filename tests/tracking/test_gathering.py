"""Gathered calls are answered together, and one's error or cancellation affects no other."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from errors import Unavailable
from tracking.gathering import LARGEST_RUN, RUNS_AT_ONCE, Gathering


class StubRuns:
    """A stub that answers numbers by their doubles once `may_end` is set, and can fail."""

    def __init__(self, failing: dict[int, Exception] | None = None) -> None:
        self.seen: list[list[int]] = []
        self.failing = failing or {}
        self.has_begun, self.may_end = asyncio.Event(), asyncio.Event()
        self.gathering: Gathering[int, int] = Gathering()

    async def run(self, questions: Sequence[int]) -> list[int]:
        self.seen.append(list(questions))
        self.has_begun.set()
        await self.may_end.wait()
        for question in questions:
            if question in self.failing:
                raise self.failing[question]
        return [2 * question for question in questions]

    async def start_call(self, question: int, size: int = 1) -> asyncio.Task[int]:
        """Starts a call; when this returns, the call has been gathered."""
        task = asyncio.create_task(self.gathering.ask(question, size, self.run))
        await asyncio.sleep(0)
        return task

    async def start_all_runs(self) -> list[asyncio.Task[int]]:
        """Starts as many runs as are allowed at once, each with one question: -1, -2 and so on."""
        tasks = []
        for index in range(RUNS_AT_ONCE):
            tasks.append(await self.start_call(-1 - index))
            await asyncio.sleep(0)
        self.seen.clear()
        return tasks


async def _outcomes(tasks: Sequence[asyncio.Task[int]]) -> list[Any]:
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_calls_made_during_a_run_are_answered_together_and_in_order() -> None:
    runs = StubRuns()
    first = await runs.start_all_runs()
    tasks = [await runs.start_call(number) for number in range(1, 6)]

    runs.may_end.set()

    assert await _outcomes(tasks) == [2, 4, 6, 8, 10]
    assert await _outcomes(first) == [-2, -4]
    assert runs.seen == [[1, 2, 3, 4, 5]]


async def test_a_run_is_no_larger_than_one_question_may_be() -> None:
    runs = StubRuns()
    await runs.start_all_runs()
    sizes = [LARGEST_RUN - 1, 1, 1, LARGEST_RUN]
    tasks = [await runs.start_call(index, size) for index, size in enumerate(sizes)]

    runs.may_end.set()

    assert await _outcomes(tasks) == [0, 2, 4, 6]
    assert runs.seen == [[0, 1], [2], [3]]


async def test_an_error_is_raised_to_the_call_that_caused_it() -> None:
    mistake = KeyError("a bug")
    runs = StubRuns({2: mistake})
    await runs.start_all_runs()
    tasks = [await runs.start_call(question) for question in (1, 2, 3)]

    runs.may_end.set()

    assert await _outcomes(tasks) == [2, mistake, 6]
    assert runs.seen == [[1, 2, 3], [1], [2], [3]]


async def test_an_outage_fails_all_gathered_calls_and_nothing_is_tried_again() -> None:
    outage = Unavailable()
    runs = StubRuns({2: outage})
    await runs.start_all_runs()
    tasks = [await runs.start_call(question) for question in (1, 2, 3)]

    runs.may_end.set()

    assert await _outcomes(tasks) == [outage, outage, outage]
    assert runs.seen == [[1, 2, 3]]


async def test_a_call_that_nobody_waits_for_is_not_begun() -> None:
    runs = StubRuns()
    await runs.start_all_runs()
    tasks = [await runs.start_call(question) for question in (1, 2, 3)]

    tasks[1].cancel()
    await asyncio.sleep(0)
    runs.may_end.set()

    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
    assert await _outcomes([tasks[0], tasks[2]]) == [2, 6]
    assert runs.seen == [[1, 3]]


@pytest.mark.parametrize("leaver", [0, 1, 2])
async def test_a_call_cancelled_during_a_run_cancels_no_other(leaver: int) -> None:
    runs = StubRuns()
    calls = [runs.gathering.ask(question, 1, runs.run) for question in (1, 2, 3)]
    tasks = [asyncio.create_task(call) for call in calls]
    await runs.has_begun.wait()

    tasks[leaver].cancel()
    await asyncio.sleep(0)
    runs.may_end.set()

    await asyncio.wait(tasks)
    answers = [None if task.cancelled() else task.result() for task in tasks]
    assert answers == [
        None if index == leaver else 2 * question for index, question in enumerate((1, 2, 3))
    ]
    assert runs.seen == [[1, 2, 3]]
