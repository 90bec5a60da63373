"""Gathering: what is asked while others are being answered is answered together, in one run."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from errors import Unavailable

LARGEST_RUN = 500
"""The sizes of a run's questions, added up: together they are no more than one alone may be."""
RUNS_AT_ONCE = 2
"""While one waits for the database, another computes. With more of them each would be smaller."""

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Run = Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]]


@dataclass(frozen=True, slots=True)
class PendingCall(Generic[Question, Answer]):
    question: Question
    size: int
    answer: asyncio.Future[Answer]


class MicroBatcher(Generic[Question, Answer]):
    """Answers questions in the order in which they come, in as few runs as there is room in.

    A run is a task of its own: whoever is cancelled while waiting takes nobody else along, and
    what nobody waits for any more is not begun. What fails together is run again one by one, so
    that everybody hears of their own mistakes only.
    """

    def __init__(self) -> None:
        self._waiting: deque[PendingCall[Question, Answer]] = deque()
        self._turn = asyncio.Semaphore(RUNS_AT_ONCE)
        self._runs: set[asyncio.Task[None]] = set()

    async def ask(self, question: Question, size: int, run: Run[Question, Answer]) -> Answer:
        """Everybody brings a run, which may find that an earlier one has taken all that waited."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(PendingCall(question, size, answer))
        task = asyncio.create_task(self._run_next(run))
        self._runs.add(task)
        task.add_done_callback(self._runs.discard)
        return await answer

    async def _run_next(self, run: Run[Question, Answer]) -> None:
        async with self._turn:
            if together := self._take():
                await _answer(together, run)

    def _take(self) -> list[PendingCall[Question, Answer]]:
        taken: list[PendingCall[Question, Answer]] = []
        room = LARGEST_RUN
        while self._waiting and (self._waiting[0].size <= room or not taken):
            asked = self._waiting.popleft()
            if not asked.answer.cancelled():
                taken.append(asked)
                room -= asked.size
        return taken


async def _answer(
    together: Sequence[PendingCall[Question, Answer]], run: Run[Question, Answer]
) -> None:
    if not await _is_answered(together, run):
        for asked in together:
            await _is_answered([asked], run)


async def _is_answered(
    together: Sequence[PendingCall[Question, Answer]], run: Run[Question, Answer]
) -> bool:
    """Whether everybody has heard something; what failed for several is to be run for each."""
    waiting = [asked.answer for asked in together]
    try:
        answers = await run([asked.question for asked in together])
        answered = list(zip(waiting, answers, strict=True))
    except Exception as error:
        # An outage is everybody's, and each has waited for its end already.
        if len(together) > 1 and not isinstance(error, Unavailable):
            return False
        for future in waiting:
            if not future.cancelled():
                future.set_exception(error)
    else:
        for future, answer in answered:
            if not future.cancelled():
                future.set_result(answer)
    return True
