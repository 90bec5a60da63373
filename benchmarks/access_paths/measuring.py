"""How long a page takes by its access path and by a plain query, and what both of them read."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from asyncpg import QueryCanceledError
from tortoise.exceptions import OperationalError

from benchmarks.access_paths.questions import Question
from database.connections import connection, is_postgres, read_rows
from engine.sql.access_paths.path import Path, in_parts
from engine.sql.conditions import stored

SIZE = 50
"""Rows of a page."""
TRIALS = 6
"""Runs whose time is not taken: PostgreSQL makes a plan for given values in the first five."""
SLOW_SECONDS = 1.0
"""A query that takes longer than this is run once."""
CUT_OFF_MS = 10_000.0
"""The time that a statement has: one that takes longer is cut off by the database."""


@dataclass(frozen=True, slots=True)
class Cost:
    ms: float
    """Of the fastest run: whatever else the machine does can only slow one down."""
    buffers: int | None
    """None on SQLite, which does not count them, and where the statement was cut off."""


@dataclass(frozen=True, slots=True)
class Found:
    question: Question
    chosen: Cost
    plain: Cost

    @property
    def win(self) -> float:
        """How many times as fast the access path is as the plain query."""
        return self.plain.ms / self.chosen.ms


async def measure(question: Question, rounds: int) -> Found:
    """Raises RuntimeError if the two do not find the same rows."""
    chosen, chosen_ids = await _cost(question, question.chosen, rounds)
    plain, plain_ids = await _cost(question, question.plain, rounds)
    if plain_ids is not None and chosen_ids != plain_ids:
        raise RuntimeError(f"{question.said}: the access path finds other rows.")
    return Found(question, chosen, plain)


async def _cost(question: Question, path: Path, rounds: int) -> tuple[Cost, list[Any] | None]:
    text, values = _statement(question, path)
    try:
        times = [await _run(text, values)]
        if times[0] < SLOW_SECONDS:
            for _ in range(TRIALS):
                await _run(text, values)
            times = [await _run(text, values) for _ in range(rounds)]
        rows = await read_rows(connection(), text, values)
        cost = Cost(1000 * min(times), await _buffers(text, values))
    except (OperationalError, QueryCanceledError):
        return Cost(CUT_OFF_MS, None), None
    return cost, [row["id"] for row in rows]


async def _run(text: str, values: list[Any]) -> float:
    started = time.perf_counter()
    await read_rows(connection(), text, values)
    return time.perf_counter() - started


def _statement(question: Question, path: Path) -> tuple[str, list[Any]]:
    """The first page, with a column that its rows have to be looked up for."""
    table, key = question.table, question.key
    parts = ["TRUE"]
    if question.is_nullable:
        parts = [f'"{table}"."{key}" IS NOT NULL', f'"{table}"."{key}" IS NULL']
    order = ", ".join(f'"{table}"."{column}" {question.direction}' for column in (key, "id"))
    first, *others = path.text.split("?")
    mark = "$" if is_postgres() else "?"
    numbered = first + "".join(f"{mark}{place}{one}" for place, one in enumerate(others, start=1))
    columns = f'"{table}"."id", "{table}"."updated_at"'
    text = in_parts(numbered, table, columns, parts, order, str(SIZE))
    return text, [value if is_postgres() else stored(value) for value in path.values]


async def _buffers(text: str, values: list[Any]) -> int | None:
    if not is_postgres():
        return None
    explain = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {text}"
    ((explained,),) = await read_rows(connection(), explain, values)
    plan: Mapping[str, Any] = orjson.loads(explained)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
