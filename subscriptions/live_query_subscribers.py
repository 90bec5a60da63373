"""A follower of a live question: takes the latest answer, and none twice in a row."""

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

from subscriptions.live_queries import LiveQuery, QueryResult


class LiveQuerySubscriber:
    """`async with` it and iterate: the latest answer, then each later one that says something else.

    What comes and goes while its reader is busy is left out. Entering raises LimitExceeded where
    too much is followed already; iterating raises Refusal where the question cannot be answered.
    An outage of the database is waited for.
    """

    place: None = None
    """In the log: it has none."""

    def __init__(self, question: LiveQuery) -> None:
        self._question = question
        self._news = asyncio.Event()
        self.given: bytes | None = None

    async def __aenter__(self) -> Self:
        self._question.add(self)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._question.remove(self)

    async def __aiter__(self) -> AsyncGenerator[QueryResult, None]:
        while True:
            await self._news.wait()
            self._news.clear()
            answer = self._question.latest()
            if answer is not None and answer.mark != self.given:
                self.given = answer.mark
                yield answer

    def tell(self) -> None:
        self._news.set()
