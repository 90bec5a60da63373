"""What is measured: a question to the schema, and its SQL on a connection like the service's."""

import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import asyncpg
import orjson

from access.scopes import SYSTEM
from benchmarks.stats.questions import Question
from database.connections import STATS_SESSION, open_database
from engine.execution import execute
from engine.responses import body_of
from engine.schema import Schema
from projections.rollups import recount
from resolvers.stats.rollup_sql import FAR
from schema.context import Context
from unit_of_work.unit_of_work import Tracker

HOUSEKEEPING_SECONDS = 600.0


class DifferentAnswers(RuntimeError):
    """The two do not answer the same, so that comparing them means nothing."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of the fastest of all rounds: whatever else the machine does can only slow one
    down."""

    ours: float
    """Of the rows."""
    sql: float
    kept: float | None = None
    """Of kept-up hours, where they answer the question."""

    @property
    def ratio(self) -> float:
        return self.ours / self.sql


async def measure(
    schema: Schema, url: str, asked: Sequence[Question], now: datetime, rounds: int
) -> dict[str, Times]:
    """By the questions' names. First little is counted, so that rows are asked; then all is."""
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC", **STATS_SESSION})
    comparison = Comparison(schema, connection, now, rounds)
    try:
        await connection.execute(
            "UPDATE counted_log SET position = (SELECT position FROM log_head) - $1", FAR + 1
        )
        async with open_database(url, connections=2):
            found = {one.name: await comparison.with_sql(one) for one in asked}
        async with open_database(url, connections=1, is_limited=False):
            await recount()
        # As the database's own housekeeping does after a while.
        await connection.execute("VACUUM (ANALYZE)", timeout=HOUSEKEEPING_SECONDS)
        async with open_database(url, connections=2):
            for question in asked:
                if question.is_kept:
                    kept = await comparison.of_hours(question)
                    found[question.name] = replace(found[question.name], kept=kept)
    finally:
        await connection.close()
    return found


@dataclass(frozen=True, slots=True)
class Comparison:
    schema: Schema
    connection: asyncpg.Connection
    now: datetime
    rounds: int

    async def with_sql(self, question: Question) -> Times:
        async def ours() -> bytes:
            return await self._ask(question)

        async def sql() -> Any:
            return await self.connection.fetch(question.sql, *question.values)

        await self._demand_same(question)
        taken: dict[str, list[float]] = {"ours": [], "sql": []}
        for _ in range(self.rounds):
            for name, ask in (("ours", ours), ("sql", sql)):
                taken[name].append(await _milliseconds(ask))
        return Times(min(taken["ours"]), min(taken["sql"]))

    async def of_hours(self, question: Question) -> float:
        await self._demand_same(question)
        return min([await _milliseconds(lambda: self._ask(question)) for _ in range(self.rounds)])

    async def _ask(self, question: Question) -> bytes:
        operation = self.schema.operations.prepare(question.query, None)
        context = Context(tracker=Tracker(announce=lambda head: None), viewer=SYSTEM, now=self.now)
        return body_of(await execute(self.schema, operation, question.variables, context))

    async def _demand_same(self, question: Question) -> None:
        rows = await self.connection.fetch(question.sql, *question.values)
        answer = orjson.loads(await self._ask(question))
        _demand_same(question, answer, [tuple(row) for row in rows])


async def _milliseconds(ask: Callable[[], Awaitable[Any]]) -> float:
    started = time.perf_counter()
    await ask()
    return (time.perf_counter() - started) * 1000


def _demand_same(question: Question, answer: Any, rows: list[tuple[Any, ...]]) -> None:
    """Raises DifferentAnswers; the order of groups may differ, texts are sorted differently."""
    if "errors" in answer:
        raise DifferentAnswers(f"{question.name}: {answer['errors']}")
    (root,) = answer["data"].values()
    groups = [tuple(_cell(group, path) for path in question.cells) for group in root["groups"]]
    keys = sum(path.startswith("key.") for path in question.cells)
    found = {row[:keys]: row[keys:] for row in groups}
    right = {tuple(map(_shown, row[:keys])): row[keys:] for row in rows[: len(groups)]}
    if found.keys() != right.keys() or not groups:
        raise DifferentAnswers(f"{question.name}: {found.keys() ^ right.keys()}")
    for key, values in found.items():
        for given, wanted in zip(values, right[key], strict=True):
            if not _is_same(given, wanted):
                raise DifferentAnswers(f"{question.name} {key}: {given!r}, but {wanted!r}")


def _cell(group: Any, path: str) -> Any:
    for step in path.split("."):
        group = group[step]
    return group


def _shown(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _is_same(given: Any, wanted: Any) -> bool:
    if given is None or wanted is None:
        return given is wanted
    return math.isclose(Decimal(given), Decimal(wanted), rel_tol=1e-9, abs_tol=1e-9)
