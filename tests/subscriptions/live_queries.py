"""live queries with stub answers, followers of them, and a fake clock."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import UUID

from database.columns import new_id
from errors import DomainError
from models.changes import Change
from models.enums import ChangeKind
from subscriptions.feed import Feed
from subscriptions.live_queries import LiveQueries, LiveQuery, LiveQueryPlan, QueryResult
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from tests.subscriptions.streams import deliver
from tests.timeouts import TIMEOUT

EVERY = 60.0
"""Seconds between two answers; this long only passes when a test moves the clock."""
SOME_TURNS = 20
"""Turns of the event loop: more than an answer takes that waits for nothing."""
Answers = AsyncGenerator[QueryResult, None]


class StubQuery:
    """A query that answers `text`; it can be held back, and can fail.

    `calls` counts how often it ran. `failures` are raised, one at a time, before it answers.
    """

    def __init__(self, *failures: Exception) -> None:
        self.text = "1"
        self.calls = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._failures = list(failures)

    async def __call__(self) -> QueryResult:
        self.calls += 1
        text = self.text
        await self.may_answer.wait()
        if self._failures:
            raise self._failures.pop(0)
        return QueryResult(text, text.encode())


def build_live_query(
    queries: LiveQueries,
    query: StubQuery,
    every: float = EVERY,
    *,
    is_by_clock: bool = False,
    key_id: UUID | None = None,
) -> LiveQuery:
    return LiveQuery(queries, LiveQueryPlan(query, every, is_by_clock), key_id)


@asynccontextmanager
async def answers_of(live_query: LiveQuery) -> AsyncGenerator[Answers, None]:
    """The answers to a new follower of the live_query."""
    async with LiveQuerySubscriber(live_query) as follower, aclosing(aiter(follower)) as answers:
        yield answers


async def next_answer(answers: Answers) -> str:
    async with asyncio.timeout(TIMEOUT):
        return (await anext(answers)).body


async def is_silent(answers: Answers) -> bool:
    """Whether no answer has come and none comes of work that has begun; it ends the answers."""
    waiting = asyncio.ensure_future(anext(answers))
    await run_event_loop()
    if waiting.done():
        return False
    waiting.cancel()
    await asyncio.wait([waiting])
    return True


async def refusal_of(answers: Answers) -> DomainError | None:
    """The refusal that the next answer is replaced by, if it is."""
    try:
        await next_answer(answers)
    except DomainError as refusal:
        return refusal
    return None


async def run_event_loop() -> None:
    for _ in range(SOME_TURNS):
        await asyncio.sleep(0)


def deliver_changes(feed: Feed, count: int = 1) -> None:
    """Lets the feed deliver that many changes, which are in no log."""
    for _ in range(count):
        change = Change(order_id=new_id(), kind=ChangeKind.HEALTH, position=feed.position + 1)
        deliver(feed, change)


class FakeClock:
    """The event loop's clock, which a test can move."""

    def __init__(self, monkeypatch: Any) -> None:
        loop = asyncio.get_running_loop()
        self._passed, true_time = 0.0, loop.time
        monkeypatch.setattr(loop, "time", lambda: true_time() + self._passed)

    async def advance(self, seconds: float) -> None:
        self._passed += seconds
        await run_event_loop()


def live_query_tasks() -> list[asyncio.Task[object]]:
    """The running tasks of all live queries."""
    return [task for task in asyncio.all_tasks() if task.get_name() == "A live query"]
