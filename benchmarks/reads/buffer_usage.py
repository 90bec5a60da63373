"""How much of the database a list reads, in buffers per row of a page.

PostgreSQL's auto_explain logs the plans of the statements that the server really sends.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import asyncpg
import orjson

from benchmarks.reads.datasets import Datasets
from benchmarks.reads.list_queries import (
    ListQuery,
    count_queries,
    first_pages,
    later_pages,
    read_filter_values,
)
from benchmarks.reads.load_generator import Connection, RequestError
from benchmarks.reads.servers import WhereaboutsServer
from devservices.postgres import PostgresServer

MAXIMUM_PER_ROW = 50
"""Buffers for one row: some pages of an index, of the row, and of what is looked up for it."""
AUTO_EXPLAIN_SETTINGS = {
    "session_preload_libraries": "'auto_explain'",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_format": "json",
}
LOGGED_PLAN = re.compile(r"duration: ([\d.]+) ms  plan:\n((?:\t.*\n)+)")
UNRELATED = re.compile(
    'api_key|log_head|rollup_cursor|FROM "?change|sweep_at <|pg_advisory_unlock_all'
)
"""Statements that do not belong to the query: authentication and the server's background tasks."""


class StatementCost(NamedTuple):
    milliseconds: float
    buffers: int


class PlanLog:
    """The log of PostgreSQL, read as it grows."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = file.stat().st_size

    def read_costs(self) -> list[StatementCost]:
        """Return the costs of the statements that were logged since the last call."""
        with self._file.open("rb") as file:
            file.seek(self._offset)
            logged = file.read()
        self._offset += len(logged)
        costs = []
        for milliseconds, text in LOGGED_PLAN.findall(logged.decode()):
            explained = orjson.loads(text)
            if not UNRELATED.search(explained["Query Text"]):
                plan = explained["Plan"]
                buffers = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
                costs.append(StatementCost(float(milliseconds), buffers))
        return costs


def measure_buffers(postgres: PostgresServer, datasets: Datasets) -> dict[str, float]:
    """Print tables of all lists; return how many pages read more than the maximum."""
    if postgres.folder is None:
        raise RuntimeError("PostgreSQL is not running.")
    asyncio.run(_enable_auto_explain(datasets.large))
    values = asyncio.run(read_filter_values(datasets.large))
    with (
        WhereaboutsServer(datasets.large) as server,
        Connection(server.url, datasets.keys.writer) as connection,
    ):
        log = PlanLog(postgres.folder / "log")
        first_over = _report_pages(connection, log, "first: 20 of ...", first_pages(values))
        later_over = _report_pages(connection, log, "first: 20, after, of ...", later_pages(values))
        print(f"{'buffers':>9}{'ms':>9}   totalCount of ...")
        for query in count_queries(values):
            _report_count(connection, log, query)
    return {"first_pages_over": first_over, "later_pages_over": later_over}


async def _enable_auto_explain(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        name = await connection.fetchval("SELECT current_database()")
        for setting, value in AUTO_EXPLAIN_SETTINGS.items():
            await connection.execute(f"ALTER DATABASE {name} SET {setting} = {value}")
        # Autovacuum would do the same some time after the measured mutations.
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _report_pages(
    connection: Connection, log: PlanLog, title: str, queries: Iterator[ListQuery]
) -> int:
    """Print a line for each page; return how many read more than the maximum."""
    print(f"{'buffers':>9}{'rows':>6}{'per row':>9}{'ms':>9}   {title}")
    over = [_report_page(connection, log, query) for query in queries]
    print(f"{sum(over)} of {len(over)} read more than {MAXIMUM_PER_ROW} buffers per row.")
    return sum(over)


def _report_page(connection: Connection, log: PlanLog, query: ListQuery) -> bool:
    """Print a line for the page; return whether it reads more than the maximum."""
    try:
        after = _read_cursor(connection, query) if query.begins_after else None
        log.read_costs()
        rows = len(connection.execute(query.page_query(after))[query.field]["nodes"])
    except RequestError as error:
        print(f"{'-':>9}{'-':>6}{'-':>9}{'-':>9} ! {query}: {error}", flush=True)
        return True
    costs = log.read_costs()
    buffers = sum(cost.buffers for cost in costs)
    per_row = buffers / max(rows, 1)
    is_over = per_row > MAXIMUM_PER_ROW
    milliseconds = sum(cost.milliseconds for cost in costs)
    mark = "!" if is_over else " "
    statements = "" if len(costs) == 1 else f" ({len(costs)} statements)"
    print(
        f"{buffers:9,}{rows:6}{per_row:9,.1f}{milliseconds:9,.1f} {mark} {query}{statements}",
        flush=True,
    )
    return is_over


def _read_cursor(connection: Connection, query: ListQuery) -> str | None:
    data = connection.execute(query.cursor_query)
    cursor: str | None = data[query.field]["pageInfo"]["endCursor"]
    return cursor


def _report_count(connection: Connection, log: PlanLog, query: ListQuery) -> None:
    try:
        log.read_costs()
        connection.execute(query.count_query)
    except RequestError as error:
        print(f"{'-':>9}{'-':>9}   {query}: {error}", flush=True)
        return
    costs = log.read_costs()
    buffers = sum(cost.buffers for cost in costs)
    milliseconds = sum(cost.milliseconds for cost in costs)
    print(f"{buffers:9,}{milliseconds:9,.1f}   {query}", flush=True)
