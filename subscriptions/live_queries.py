"""A live query: runs once for all its subscribers, and again when its result may have changed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn, Protocol
from uuid import UUID

from database.outages import is_outage
from errors import DomainError, LimitExceeded, TookTooLong
from models.changes import Change
from resolvers.changes import EVERY_CHANGE
from runtime.backoff import Backoff
from runtime.supervised_task import SupervisedTask
from subscriptions.feed import Feed
from subscriptions.streams import LONGEST_DELAY

MAXIMUM_QUERIES = 100
"""The most live queries of a process: if each takes ten milliseconds, all run within a second."""
QUERIES_PER_KEY = 20
"""The most live queries that one key begins: what others have begun, any number may follow."""
AT_ONCE = 1
"""The number of live queries that run at a time: on PostgreSQL the other connection for aggregates
is left to requests."""
CLOCK_INTERVAL = 15.0
"""Seconds after which a query runs again whose result the clock alone may change, or as soon after
them as `every` allows: a dashboard that is so late is not wrong."""
REST = 1.0
"""A query rests for this multiple of the time that it ran: however heavy it is, it works for at
most half of the time."""
LONGEST_RESULT = 1024 * 1024
"""The most characters of a result, which is held as long as it is followed: a thousand groups with
twenty measures fit."""
SUBSCRIBERS_PER_TURN = 500
"""Subscribers that are notified before other tasks run: about half a millisecond."""


Payment = Callable[[], Awaitable[None]]
"""Counts the cost of one run of a live query, and waits as long as it cannot be afforded."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A result as JSON, ready to be sent."""

    body: str
    mark: bytes
    """Equal for results that differ in nothing but the moment of evaluation."""
    position: None = None
    """A result has no position in the log to resume from: who comes back receives the latest."""


@dataclass(frozen=True, slots=True)
class LiveQueryPlan:
    """The plan of a live query: what it executes, and how often."""

    execute: Callable[[], Awaitable[QueryResult]]
    """Raises DomainError if the query is refused; after an outage it is called again."""
    every: float
    """The shortest time from one run to the next, in seconds."""
    is_by_clock: bool
    """Whether the result may change while no change is written."""
    pay: Payment | None = None
    """Waits until whoever began the query can afford to run it again; None if it costs nothing."""


class Subscriber(Protocol):
    """Waits for results of a live query."""

    @property
    def last_mark(self) -> bytes | None:
        """The mark of the result that the subscriber took last."""

    def notify(self) -> None:
        """Take note that there may be another result, without waiting."""


class LiveQueries:
    """The live queries of this process; they listen to the feed together."""

    selection = EVERY_CHANGE

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._queries: set[LiveQuery] = set()
        self._is_refresh_due = False
        self.turns = asyncio.Semaphore(AT_ONCE)
        """A query holds one of them while it runs."""

    def add(self, query: "LiveQuery") -> None:
        """Let changes refresh the query. Raises LimitExceeded."""
        if query.key_id is not None and self._count_of(query.key_id) >= QUERIES_PER_KEY:
            raise LimitExceeded(
                f"{QUERIES_PER_KEY} different live queries of this key run here already."
                " End one of them, or subscribe with a query that runs already."
            )
        if len(self._queries) >= MAXIMUM_QUERIES:
            raise LimitExceeded(
                f"{MAXIMUM_QUERIES} different live queries run here already."
                " Subscribe with a query that others use, or try again later."
            )
        if not self._queries:
            self._feed.add(self)
        self._queries.add(query)

    def _count_of(self, key_id: UUID) -> int:
        return sum(query.key_id == key_id for query in self._queries)

    def remove(self, query: "LiveQuery") -> None:
        self._queries.remove(query)
        if not self._queries:
            self._feed.remove(self)

    def receive(self, change: Change) -> None:
        self.require_replay()

    def require_replay(self) -> None:
        """Refresh the queries, once for all changes that the feed dispatches together."""
        if not self._is_refresh_due:
            self._is_refresh_due = True
            asyncio.get_running_loop().call_soon(self._refresh_all)

    def end_epoch(self) -> None:
        """Refresh the queries. Their results have no positions, so nobody needs to be ended."""
        self.require_replay()

    def _refresh_all(self) -> None:
        self._is_refresh_due = False
        for query in self._queries:
            query.refresh()


class LiveQuery:
    """Runs as long as it has subscribers, which share its latest result.

    `key_id` is that of the viewer who began it, None for a viewer without a key.
    """

    def __init__(
        self, queries: LiveQueries, plan: LiveQueryPlan, key_id: UUID | None = None
    ) -> None:
        self.key_id = key_id
        self._queries, self._plan = queries, plan
        self._subscribers: set[Subscriber] = set()
        self._latest: QueryResult | DomainError | None = None
        self._began = 0.0
        self._is_due = asyncio.Event()
        self._is_waiting = False
        self._task = SupervisedTask("A live query", self._run)

    def latest(self) -> QueryResult | None:
        """Return the latest result. Raises DomainError if the last run was refused."""
        if isinstance(self._latest, DomainError):
            # All subscribers raise the same error: it would collect all their tracebacks.
            raise self._latest.with_traceback(None)
        return self._latest

    def add(self, subscriber: Subscriber) -> None:
        """Notify the subscriber at once, or after a new run if the result is old enough for one.

        Raises LimitExceeded.
        """
        if not self._subscribers:
            self._queries.add(self)
            self._task.start()
        self._subscribers.add(subscriber)
        if self._is_waiting and _now() - self._began > self._plan.every:
            self._is_due.set()
        elif self._latest is not None:
            subscriber.notify()

    async def remove(self, subscriber: Subscriber) -> None:
        self._subscribers.remove(subscriber)
        if not self._subscribers:
            self._queries.remove(self)
            self._latest = None
            await self._task.stop()

    def refresh(self) -> None:
        """Run again as soon as the plan allows."""
        self._is_due.set()

    async def _run(self) -> NoReturn:
        while True:
            self._latest = await self._next_result()
            took = _now() - self._began
            await self._notify_all(self._latest)
            pause = max(self._plan.every, took + REST * took)
            await asyncio.sleep(self._began + pause - _now())
            await self._wait_until_due()
            if self._plan.pay is not None:
                await self._plan.pay()

    async def _next_result(self) -> QueryResult | DomainError:
        outage = Backoff("Running a live query", longest_delay=LONGEST_DELAY)
        try:
            return await outage.retry_until_available(self._execute, is_outage)
        except TookTooLong as refusal:
            if not isinstance(self._latest, QueryResult):
                return refusal
            # It was fast enough before, when the database had less to do: it runs again.
            self._is_due.set()
            return self._latest
        except DomainError as refusal:
            return refusal

    async def _execute(self) -> QueryResult:
        async with self._queries.turns:
            # What is written from here on may be missing in the result.
            self._is_due.clear()
            self._began = _now()
            result = await self._plan.execute()
        if len(result.body) > LONGEST_RESULT:
            raise LimitExceeded(
                f"A result of a live query has at most {LONGEST_RESULT} characters."
                " Ask for fewer groups, or fewer measures."
            )
        return result

    async def _notify_all(self, latest: QueryResult | DomainError) -> None:
        for count, subscriber in enumerate(tuple(self._subscribers), start=1):
            if isinstance(latest, DomainError) or latest.mark != subscriber.last_mark:
                subscriber.notify()
            if count % SUBSCRIBERS_PER_TURN == 0:
                await asyncio.sleep(0)

    async def _wait_until_due(self) -> None:
        until = self._began + CLOCK_INTERVAL if self._plan.is_by_clock else None
        self._is_waiting = True
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._is_due.wait()
        finally:
            self._is_waiting = False


def _now() -> float:
    return asyncio.get_running_loop().time()
