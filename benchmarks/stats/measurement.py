"""Measurements of each query through the schema, and of its SQL on an equal connection."""

import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import asyncpg
import orjson

from access.rate_limits import RateLimits
from access.viewer import SYSTEM
from benchmarks.stats.queries import StatsQuery
from database.connections import STATS_SESSION, open_database
from engine.execution import execute
from engine.responses import encode_body
from engine.schema import Schema
from projections.rollups import rebuild
from resolvers.stats.rollup_sql import MAXIMUM_BACKLOG
from schema.context import context_maker
from unit_of_work.unit_of_work import Tracker

VACUUM_SECONDS = 600.0
"""How long the vacuum of a million orders may take."""


class DifferentAnswers(RuntimeError):
    """The API and the SQL give different answers, so a comparison of their speed means nothing."""


@dataclass(frozen=True, slots=True)
class Latencies:
    """The latencies of a query in ms, each that of the fastest round.

    The fastest round counts because other load on the machine can only slow a round down.
    """

    rows: float
    """The API reads the rows themselves."""
    sql: float
    """The hand-written SQL reads them."""
    rollup: float | None = None
    """The API reads the hourly rollup, if it can answer the query."""

    @property
    def ratio(self) -> float:
        return self.rows / self.sql


async def measure(
    schema: Schema, url: str, queries: Sequence[StatsQuery], now: datetime, rounds: int
) -> dict[str, Latencies]:
    """Return the latencies by the name of the query.

    The rollup is first marked as so far behind that the API reads rows, and then brought up to
    date.
    """
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC", **STATS_SESSION})
    measurement = Measurement(schema, connection, now, rounds)
    try:
        await connection.execute(
            "UPDATE rollup_cursor SET position = (SELECT position FROM log_head) - $1",
            MAXIMUM_BACKLOG + 1,
        )
        async with open_database(url, connections=2):
            latencies = {query.name: await measurement.compare(query) for query in queries}
        async with open_database(url, connections=1, is_limited=False):
            await rebuild()
        # Autovacuum would do the same after a while.
        await connection.execute("VACUUM (ANALYZE)", timeout=VACUUM_SECONDS)
        async with open_database(url, connections=2):
            for query in queries:
                if query.uses_rollup:
                    rollup = await measurement.measure_api(query)
                    latencies[query.name] = replace(latencies[query.name], rollup=rollup)
    finally:
        await connection.close()
    return latencies


@dataclass(frozen=True, slots=True)
class Measurement:
    """The schema and the connection that are measured, and the number of rounds."""

    schema: Schema
    connection: asyncpg.Connection
    now: datetime
    rounds: int

    async def compare(self, query: StatsQuery) -> Latencies:
        """Measure the API and the SQL in alternating rounds."""

        async def execute_query() -> bytes:
            return await self._execute(query)

        async def fetch_sql() -> Any:
            return await self.connection.fetch(query.sql, *query.sql_arguments)

        await self._require_equal_answers(query)
        api: list[float] = []
        sql: list[float] = []
        for _ in range(self.rounds):
            api.append(await _milliseconds(execute_query))
            sql.append(await _milliseconds(fetch_sql))
        return Latencies(min(api), min(sql))

    async def measure_api(self, query: StatsQuery) -> float:
        """Return the latency of the API alone."""
        await self._require_equal_answers(query)
        rounds = [await _milliseconds(lambda: self._execute(query)) for _ in range(self.rounds)]
        return min(rounds)

    async def _execute(self, query: StatsQuery) -> bytes:
        operation = self.schema.operations.prepare(query.query, None)
        tracker = Tracker(announce=lambda head: None)
        context = context_maker(tracker, RateLimits())(SYSTEM)
        context.now = self.now
        return encode_body(await execute(self.schema, operation, query.variables, context))

    async def _require_equal_answers(self, query: StatsQuery) -> None:
        rows = await self.connection.fetch(query.sql, *query.sql_arguments)
        answer = orjson.loads(await self._execute(query))
        _require_equal(query, answer, [tuple(row) for row in rows])


async def _milliseconds(run: Callable[[], Awaitable[Any]]) -> float:
    started = time.perf_counter()
    await run()
    return (time.perf_counter() - started) * 1000


def _require_equal(query: StatsQuery, answer: Any, rows: list[tuple[Any, ...]]) -> None:
    """Compare an answer with the rows of the SQL. Raises DifferentAnswers.

    The order of the groups may differ, because the database and the API collate texts differently.
    """
    if "errors" in answer:
        raise DifferentAnswers(f"{query.name}: {answer['errors']}")
    (root,) = answer["data"].values()
    groups = [tuple(_value_at(group, path) for path in query.columns) for group in root["groups"]]
    key_count = sum(path.startswith("key.") for path in query.columns)
    actual = {row[:key_count]: row[key_count:] for row in groups}
    expected = {
        tuple(map(_answer_key, row[:key_count])): row[key_count:] for row in rows[: len(groups)]
    }
    if actual.keys() != expected.keys() or not groups:
        raise DifferentAnswers(f"{query.name}: {actual.keys() ^ expected.keys()}")
    for key, values in actual.items():
        for value, expected_value in zip(values, expected[key], strict=True):
            if not _is_equal(value, expected_value):
                raise DifferentAnswers(
                    f"{query.name} {key}: {value!r} instead of {expected_value!r}"
                )


def _value_at(group: Any, path: str) -> Any:
    for name in path.split("."):
        group = group[name]
    return group


def _answer_key(value: Any) -> Any:
    """Return a value of a row as the answer shows it in a key."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _is_equal(value: Any, expected: Any) -> bool:
    if value is None or expected is None:
        return value is expected
    return math.isclose(Decimal(value), Decimal(expected), rel_tol=1e-9, abs_tol=1e-9)
