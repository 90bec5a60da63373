"""PostgreSQL as Whereabouts uses it: a link that is cut is noticed, whatever is waited for."""

import socket
from collections.abc import Sequence
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient

CONNECT_TIMEOUT = 5.0
"""A database that is there takes milliseconds. The driver would wait for a minute."""
ANSWER_TIMEOUT = 15.0
"""For one answer. Longer than the database's own limit, whose error says more: only one that has
stopped, or a cut link that the system cannot tell of, takes so long."""
LINK_TIMEOUT = 5
"""Seconds without a sign of the other machine, after which the link counts as cut. The system's own
limit is a quarter of an hour, in which nobody would try to connect anew."""
REMEMBERED_STATEMENTS = 200
"""Of each connection: those that a shop's screens are read by, and those that acts send."""
LONGEST_REMEMBERED = 64 * 1024
"""Bytes of one: a large screen's has twenty thousand. The driver's own limit would have it
prepared anew for each request."""
LINK_OPTIONS = {
    "TCP_KEEPIDLE": LINK_TIMEOUT,
    "TCP_KEEPINTVL": 1,
    "TCP_USER_TIMEOUT": LINK_TIMEOUT * 1000,
}
"""By their names: not every system has all of them."""


class Client(AsyncpgDBClient):
    async def create_pool(self, **options: Any) -> asyncpg.Pool:
        limits = {"timeout": CONNECT_TIMEOUT, "command_timeout": ANSWER_TIMEOUT}
        remembered = {
            "statement_cache_size": REMEMBERED_STATEMENTS,
            "max_cacheable_statement_size": LONGEST_REMEMBERED,
        }
        every = limits | remembered | options
        return await super().create_pool(**every, init=watch_link, reset=keep)

    async def fetch(self, text: str, values: Sequence[Any]) -> Sequence[Any]:
        """What a statement answers, on any connection of the pool."""
        if not self._pool:
            # The first who asks opens it.
            async with self.acquire_connection():
                pass
        self.log.debug("%s: %s", text, values)
        pool: Any = self._pool
        found: Sequence[Any] = await pool.fetch(text, *values)
        return found


async def keep(_connection: asyncpg.Connection) -> None:
    """As it is when it goes back to the pool: nobody changes a session's settings here, and the
    driver would ask the database to undo it after every statement. Transactions it ends itself."""


async def watch_link(connection: asyncpg.Connection) -> None:
    link = connection._transport.get_extra_info("socket")
    if link.family in (socket.AF_INET, socket.AF_INET6):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in LINK_OPTIONS.items():
            if hasattr(socket, name):
                link.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


client_class = Client
