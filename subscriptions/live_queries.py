"""A live question: asked once for all who follow it, and again when its answer may be another."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn, Protocol

from database.outages import is_outage
from errors import DomainError, LimitExceeded, TookTooLong
from models.changes import Change
from resolvers.changes import EVERY_CHANGE
from runtime.backoff import Backoff
from runtime.supervised_task import SupervisedTask
from subscriptions.feed import Feed
from subscriptions.streams import LONGEST_DELAY

MAXIMUM_QUESTIONS = 100
"""Different ones in a process: where each takes ten milliseconds, all are answered in a second."""
AT_ONCE = 1
"""Questions that are asked at a time: on PostgreSQL the other connection for aggregates is left to
requests."""
CLOCK_INTERVAL = 15.0
"""Seconds after which what the clock alone may change is asked for again, or as soon after them as
it may be: late by so much, a dashboard is not wrong."""
REST = 1.0
"""A question rests for this multiple of the time that its answer took: however heavy it is, it is
at work for half of the time at most."""
LONGEST_ANSWER = 1024 * 1024
"""Characters of an answer, which is kept as long as it is followed: a thousand groups with twenty
measures fit."""
FOLLOWERS_PER_TURN = 500
"""Followers told before other tasks have their turn: about half a millisecond."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """JSON, ready to be sent."""

    body: str
    mark: bytes
    """Equal where equal things are said, the moment aside."""
    position: None = None
    """In the log: nothing can be resumed from it. Whoever comes back is given the latest."""


@dataclass(frozen=True, slots=True)
class LiveQueryPlan:
    """How a question is asked."""

    ask: Callable[[], Awaitable[QueryResult]]
    """Raises DomainError where it cannot be answered; an outage is tried again."""
    every: float
    """Seconds from one time to the next, at least."""
    is_by_clock: bool
    """Whether its answer may change while nothing happens."""


class Subscriber(Protocol):
    """Who wants to know."""

    @property
    def given(self) -> bytes | None:
        """The mark of the answer that was given last."""

    def tell(self) -> None:
        """There may be another answer. It never waits."""


class LiveQueries:
    """Those of this process that are asked now. They listen to the feed together."""

    selection = EVERY_CHANGE

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._asked: set[LiveQuery] = set()
        self._is_growth_known = False
        self.turns = asyncio.Semaphore(AT_ONCE)
        """One is taken for each time that one of them is asked."""

    def add(self, question: "LiveQuery") -> None:
        """Raises LimitExceeded."""
        if len(self._asked) >= MAXIMUM_QUESTIONS:
            raise LimitExceeded(
                f"{MAXIMUM_QUESTIONS} different live questions are followed here already."
                " Ask what others ask, or try again later."
            )
        if not self._asked:
            self._feed.add(self)
        self._asked.add(question)

    def remove(self, question: "LiveQuery") -> None:
        self._asked.remove(question)
        if not self._asked:
            self._feed.remove(self)

    def give(self, change: Change) -> None:
        self.fall_behind()

    def fall_behind(self) -> None:
        """The questions are told once of all that is handed on in one go."""
        if not self._is_growth_known:
            self._is_growth_known = True
            asyncio.get_running_loop().call_soon(self._ask_again)

    def _ask_again(self) -> None:
        self._is_growth_known = False
        for question in self._asked:
            question.ask_again()


class LiveQuery:
    """Asked as long as anybody wants to know; its latest answer is the same for all of them."""

    def __init__(self, questions: LiveQueries, asking: LiveQueryPlan) -> None:
        self._questions, self._asking = questions, asking
        self._askers: set[Subscriber] = set()
        self._latest: QueryResult | DomainError | None = None
        self._began = 0.0
        self._is_due = asyncio.Event()
        self._is_waiting = False
        self._work = SupervisedTask("A live question", self._keep_asking)

    def latest(self) -> QueryResult | None:
        """Raises DomainError where the last attempt was refused."""
        if isinstance(self._latest, DomainError):
            # It is one for all: it would collect where each of them raised it.
            raise self._latest.with_traceback(None)
        return self._latest

    def add(self, asker: Subscriber) -> None:
        """It is told at once; if the answer is old and can be had anew, when that is there.

        Raises LimitExceeded.
        """
        if not self._askers:
            self._questions.add(self)
            self._work.start()
        self._askers.add(asker)
        if self._is_waiting and _now() - self._began > self._asking.every:
            self._is_due.set()
        elif self._latest is not None:
            asker.tell()

    async def remove(self, asker: Subscriber) -> None:
        self._askers.remove(asker)
        if not self._askers:
            self._questions.remove(self)
            self._latest = None
            await self._work.stop()

    def ask_again(self) -> None:
        """As soon as it may be."""
        self._is_due.set()

    async def _keep_asking(self) -> NoReturn:
        while True:
            self._latest = await self._answer()
            took = _now() - self._began
            await self._tell_all(self._latest)
            pause = max(self._asking.every, took + REST * took)
            await asyncio.sleep(self._began + pause - _now())
            await self._until_due()

    async def _answer(self) -> QueryResult | DomainError:
        outage = Backoff("Asking for a subscription", longest_delay=LONGEST_DELAY)
        try:
            return await outage.retry_until_available(self._ask, is_outage)
        except TookTooLong as refusal:
            if not isinstance(self._latest, QueryResult):
                return refusal
            # It could be answered before, when less was going on: it is tried again.
            self._is_due.set()
            return self._latest
        except DomainError as refusal:
            return refusal

    async def _ask(self) -> QueryResult:
        async with self._questions.turns:
            # What happens from here on may be missing in the answer.
            self._is_due.clear()
            self._began = _now()
            answer = await self._asking.ask()
        if len(answer.body) > LONGEST_ANSWER:
            raise LimitExceeded(
                f"A live answer has at most {LONGEST_ANSWER} characters."
                " Ask for fewer groups, or fewer measures."
            )
        return answer

    async def _tell_all(self, latest: QueryResult | DomainError) -> None:
        for count, asker in enumerate(tuple(self._askers), start=1):
            if isinstance(latest, DomainError) or latest.mark != asker.given:
                asker.tell()
            if count % FOLLOWERS_PER_TURN == 0:
                await asyncio.sleep(0)

    async def _until_due(self) -> None:
        until = self._began + CLOCK_INTERVAL if self._asking.is_by_clock else None
        self._is_waiting = True
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._is_due.wait()
        finally:
            self._is_waiting = False


def _now() -> float:
    return asyncio.get_running_loop().time()
