"""How long a page takes by its access path and by a plain query, and how much both read."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from asyncpg import QueryCanceledError
from tortoise.exceptions import OperationalError

from benchmarks.access_paths.pages import MeasuredPage
from database.connections import connection, is_postgres, read_rows
from engine.sql.access_paths.access_path import AccessPath, fill_slots
from engine.sql.conditions import stored

SIZE = 50
"""Rows per page."""
TRIALS = 6
"""Unmeasured runs: PostgreSQL makes a custom plan in each of the first five."""
SLOW_SECONDS = 1.0
"""A query that takes longer than this is run once."""
CUT_OFF_MS = 10_000.0
"""The statement timeout: the database cancels what takes longer."""


@dataclass(frozen=True, slots=True)
class Cost:
    ms: float
    """The time of the fastest run: other load on the machine can only slow a run down."""
    buffers: int | None
    """Buffers read; None on SQLite, which does not count them, and for a cancelled statement."""


@dataclass(frozen=True, slots=True)
class Comparison:
    page: MeasuredPage
    chosen: Cost
    plain: Cost

    @property
    def win(self) -> float:
        """Return the factor by which the access path is faster than the plain query."""
        return self.plain.ms / self.chosen.ms


async def compare(page: MeasuredPage, rounds: int) -> Comparison:
    """Measure both queries of a page. Raises RuntimeError if they return different rows."""
    chosen, chosen_ids = await _cost(page, page.chosen, rounds)
    plain, plain_ids = await _cost(page, page.plain, rounds)
    if plain_ids is not None and chosen_ids != plain_ids:
        raise RuntimeError(f"{page.description}: the access path returns other rows.")
    return Comparison(page, chosen, plain)


async def _cost(page: MeasuredPage, path: AccessPath, rounds: int) -> tuple[Cost, list[Any] | None]:
    text, values = _statement(page, path)
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


def _statement(page: MeasuredPage, path: AccessPath) -> tuple[str, list[Any]]:
    """Return the SQL of the first page and its values. It selects a column that no index has, so
    that rows are looked up."""
    table, key = page.table, page.key
    parts = ["TRUE"]
    if page.is_nullable:
        parts = [f'"{table}"."{key}" IS NOT NULL', f'"{table}"."{key}" IS NULL']
    order = ", ".join(f'"{table}"."{column}" {page.direction}' for column in (key, "id"))
    first, *others = path.text.split("?")
    mark = "$" if is_postgres() else "?"
    numbered = first + "".join(f"{mark}{place}{rest}" for place, rest in enumerate(others, start=1))
    columns = f'"{table}"."id", "{table}"."updated_at"'
    text = fill_slots(numbered, table, columns, parts, order, str(SIZE))
    return text, [value if is_postgres() else stored(value) for value in path.values]


async def _buffers(text: str, values: list[Any]) -> int | None:
    if not is_postgres():
        return None
    explain = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {text}"
    ((explained,),) = await read_rows(connection(), explain, values)
    plan: Mapping[str, Any] = orjson.loads(explained)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
