"""The connections that a server may open are compared with what the database lets in."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest

from commands.database_connections import TooFewConnections, connection_warnings
from config import Settings
from database.connections import open_database
from tests.databases import Databases, PostgresDatabases
from tests.live_server import build_settings

REDIS = "redis://127.0.0.1:1"
SERVER_HAS = 200 - 3
"""The `max_connections` of the tests' servers, but those that are kept for superusers."""


class ShopDatabase:
    """A database, and its owner, who is an ordinary role."""

    def __init__(self, url: str, session: asyncpg.Connection) -> None:
        self.name = url.rsplit("/", 1)[1]
        self.url = url.replace("postgres@", f"{self.name}@")
        self._session = session

    async def limit_role(self, connections: int) -> None:
        await self._session.execute(f'ALTER ROLE "{self.name}" CONNECTION LIMIT {connections}')

    async def limit_database(self, connections: int) -> None:
        await self._session.execute(f'ALTER DATABASE "{self.name}" CONNECTION LIMIT {connections}')


@pytest.fixture
async def shop(databases: Databases, database_url: str) -> AsyncGenerator[ShopDatabase, None]:
    if not isinstance(databases, PostgresDatabases):
        pytest.skip("SQLite has one connection.")
    session = await asyncpg.connect(databases.server.url)
    shop = ShopDatabase(database_url, session)
    await session.execute(f'CREATE ROLE "{shop.name}" LOGIN')
    yield shop
    await session.execute(f'DROP ROLE "{shop.name}"')
    await session.close()


async def warnings(url: str, workers: int, connections: int) -> list[str]:
    async with open_database(url, connections=1):
        return await connection_warnings(settings(url, workers, connections))


def settings(url: str, workers: int, connections: int) -> Settings:
    return build_settings(
        url,
        REDIS,
        WHEREABOUTS_WORKERS=str(workers),
        WHEREABOUTS_DATABASE_CONNECTIONS=str(connections),
    )


async def test_a_server_that_fits_is_not_warned_of(shop: ShopDatabase) -> None:
    assert await warnings(shop.url, 1, 10) == []
    assert await warnings(shop.url, 12, 10) == []


async def test_workers_that_may_open_too_many_are_warned_of(shop: ShopDatabase) -> None:
    assert await warnings(shop.url, 13, 10) == [
        "13 processes may open 208 database connections, 10 by WHEREABOUTS_DATABASE_CONNECTIONS and"
        f" 6 that only read each, but max_connections lets in {SERVER_HAS}: lower"
        " WHEREABOUTS_WORKERS or WHEREABOUTS_DATABASE_CONNECTIONS, or raise that limit"
    ]


async def test_the_lowest_limit_is_named(shop: ShopDatabase) -> None:
    await shop.limit_role(40)
    [of_role] = await warnings(shop.url, 3, 10)
    await shop.limit_database(30)
    [of_database] = await warnings(shop.url, 3, 10)

    assert "but the connection limit of the role lets in 40:" in of_role
    assert "but the connection limit of the database lets in 30:" in of_database


async def test_a_superuser_is_under_no_limit_but_the_servers(
    shop: ShopDatabase, database_url: str
) -> None:
    await shop.limit_database(30)

    assert await warnings(database_url, 12, 10) == []
    [warning] = await warnings(database_url, 13, 10)
    assert "max_connections lets in 200:" in warning


async def test_a_process_that_does_not_fit_is_refused(shop: ShopDatabase) -> None:
    await shop.limit_role(15)

    with pytest.raises(TooFewConnections) as refusal:
        await warnings(shop.url, 1, 10)

    assert str(refusal.value) == (
        "One process may open 16 database connections, 10 by WHEREABOUTS_DATABASE_CONNECTIONS and 6"
        " that only read, but the connection limit of the role lets in 15: set"
        " WHEREABOUTS_DATABASE_CONNECTIONS to 9 or less, or raise that limit."
    )
    assert await warnings(shop.url, 1, 9) == []


async def test_a_limit_that_no_process_fits_has_to_be_raised(shop: ShopDatabase) -> None:
    await shop.limit_role(7)

    with pytest.raises(TooFewConnections, match=r"lets in 7: raise that limit\.$"):
        await warnings(shop.url, 1, 2)


async def test_sqlite_needs_no_comparison(engine: str, database_url: str) -> None:
    if engine != "sqlite":
        pytest.skip("PostgreSQL has several connections.")
    async with open_database(database_url, connections=1):
        assert await connection_warnings(build_settings(database_url, "memory://")) == []
