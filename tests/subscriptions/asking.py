"""Live questions whose answers a test gives, a clock that it moves, and who follows them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from errors import Refusal
from models.changes import Change
from models.columns import new_id
from models.enums import ChangeKind
from subscriptions.answer_followers import AnswerFollower
from subscriptions.feed import Feed
from subscriptions.live_questions import Answer, Asking, LiveQuestion, LiveQuestions
from tests.subscriptions.following import hand_on
from tests.subscriptions.rows import PATIENCE

EVERY = 60.0
"""Seconds that do not pass in a test by themselves."""
SOME_TURNS = 20
"""Of the event loop: more than an answer takes that waits for nothing."""
Answers = AsyncGenerator[Answer, None]


class Teller:
    """Answers as the test says; `asked` is how often, `failures` what happens first."""

    def __init__(self, *failures: Exception) -> None:
        self.says = "1"
        self.asked = 0
        self.may_speak = asyncio.Event()
        self.may_speak.set()
        self._failures = list(failures)

    async def __call__(self) -> Answer:
        self.asked += 1
        said = self.says
        await self.may_speak.wait()
        if self._failures:
            raise self._failures.pop(0)
        return Answer(said, said.encode())


def question_of(
    questions: LiveQuestions, teller: Teller, every: float = EVERY, *, is_by_clock: bool = False
) -> LiveQuestion:
    return LiveQuestion(questions, Asking(teller, every, is_by_clock))


@asynccontextmanager
async def following(question: LiveQuestion) -> AsyncGenerator[Answers, None]:
    async with AnswerFollower(question) as follower, aclosing(aiter(follower)) as answers:
        yield answers


async def take(answers: Answers) -> str:
    async with asyncio.timeout(PATIENCE):
        return (await anext(answers)).body


async def is_silent(answers: Answers) -> bool:
    """Whether nothing has come, nor comes of what is at work. It is over for who listened."""
    waiting = asyncio.ensure_future(anext(answers))
    await turns()
    if waiting.done():
        return False
    waiting.cancel()
    await asyncio.wait([waiting])
    return True


async def refused(answers: Answers) -> Refusal | None:
    """What they end with, if they do."""
    try:
        await take(answers)
    except Refusal as refusal:
        return refusal
    return None


async def turns() -> None:
    for _ in range(SOME_TURNS):
        await asyncio.sleep(0)


def grow(feed: Feed, count: int = 1) -> None:
    """The feed hands on so many changes."""
    for _ in range(count):
        change = Change(order_id=new_id(), kind=ChangeKind.HEALTH, position=feed.position + 1)
        hand_on(feed, change)


class Clock:
    """The event loop's."""

    def __init__(self, monkeypatch: Any) -> None:
        loop = asyncio.get_running_loop()
        self._passed, true_time = 0.0, loop.time
        monkeypatch.setattr(loop, "time", lambda: true_time() + self._passed)

    async def passes(self, seconds: float) -> None:
        self._passed += seconds
        await turns()


def tasks() -> list[asyncio.Task[object]]:
    """In which live questions are asked."""
    return [task for task in asyncio.all_tasks() if task.get_name() == "A live question"]
