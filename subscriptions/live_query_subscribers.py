"""A subscriber to a live query: takes its latest result, and none twice in a row."""

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

from runtime.metrics import add_followers
from subscriptions.live_queries import LiveQuery, QueryResult


class LiveQuerySubscriber:
    """`async with` it and iterate: the latest result, then each later one that differs.

    Results that come and go while its reader is busy are left out. Entering raises LimitExceeded if
    too many live queries run already; iterating raises DomainError if the query is refused. It
    waits for the end of an outage of the database.
    """

    position: None = None
    """Results of a query have no position in the log."""

    def __init__(self, query: LiveQuery) -> None:
        self._query = query
        self._has_news = asyncio.Event()
        self.last_mark: bytes | None = None

    async def __aenter__(self) -> Self:
        self._query.add(self)
        add_followers(1)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        add_followers(-1)
        await self._query.remove(self)

    async def __aiter__(self) -> AsyncGenerator[QueryResult, None]:
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            result = self._query.latest()
            if result is not None and result.mark != self.last_mark:
                self.last_mark = result.mark
                yield result

    def notify(self) -> None:
        self._has_news.set()
