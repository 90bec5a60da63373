"""How much of the database a list reads: buffers per row of a first page, of the very statements
that the server sends, as PostgreSQL's own auto_explain tells them in its log.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import orjson

from benchmarks.reads.cases import Case, cases, counted, find_values, later_pages
from benchmarks.reads.load import Connection, Refused
from benchmarks.reads.services import Whereabouts
from benchmarks.reads.shops import Shops
from devservices.postgres import PostgresServer

MOST_PER_ROW = 50
"""Buffers: some pages of an index, and of the row and what is looked up for it."""
EXPLAINING = {
    "session_preload_libraries": "'auto_explain'",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_format": "json",
}
PLAN = re.compile(r"duration: ([\d.]+) ms  plan:\n((?:\t.*\n)+)")
NOT_OURS = re.compile(
    'api_key|log_head|counted_log|FROM "?change|sweep_at <|pg_advisory_unlock_all'
)
"""Statements beside the question: who asks, and what the server does of its own accord."""


class Log:
    """PostgreSQL's."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = file.stat().st_size

    def plans(self) -> Iterator[tuple[float, int]]:
        """Of the statements since the last time: how many ms, and how many buffers."""
        with self._file.open("rb") as file:
            file.seek(self._read)
            said = file.read()
        self._read += len(said)
        for milliseconds, text in PLAN.findall(said.decode()):
            explained = orjson.loads(text)
            if not NOT_OURS.search(explained["Query Text"]):
                plan = explained["Plan"]
                yield float(milliseconds), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def measure_buffers(postgres: PostgresServer, shops: Shops) -> dict[str, float]:
    """Tells them as tables; how many pages read too much."""
    if postgres.folder is None:
        raise RuntimeError("PostgreSQL is not running.")
    asyncio.run(_explain(shops.many))
    values = asyncio.run(find_values(shops.many))
    with Whereabouts(shops.many) as server, Connection(server.url, shops.secrets.writer) as asking:
        log = Log(postgres.folder / "log")
        over = _tell_pages(asking, log, "first: 20 of ...", cases(values))
        later_over = _tell_pages(asking, log, "first: 20, after, of ...", later_pages(values))
        print(f"{'buffers':>9}{'ms':>9}   totalCount of ...")
        for case in counted(values):
            _tell_total(asking, log, case)
    return {"first_pages_over": over, "later_pages_over": later_over}


async def _explain(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        name = await connection.fetchval("SELECT current_database()")
        for setting, value in EXPLAINING.items():
            await connection.execute(f"ALTER DATABASE {name} SET {setting} = {value}")
        # As its own housekeeping does, a while after the mutations that were measured.
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _tell_pages(asking: Connection, log: Log, title: str, pages: Iterator[Case]) -> int:
    """How many read too much."""
    print(f"{'buffers':>9}{'rows':>6}{'per row':>9}{'ms':>9}   {title}")
    too_much = [_tell_page(asking, log, case) for case in pages]
    print(f"{sum(too_much)} of {len(too_much)} read more than {MOST_PER_ROW} buffers per row.")
    return sum(too_much)


def _tell_page(asking: Connection, log: Log, case: Case) -> bool:
    """Whether it is too much."""
    try:
        after = _cursor(asking, case) if case.begins_after else None
        list(log.plans())
        rows = len(asking.data(case.query(after))[case.field]["nodes"])
    except Refused as refused:
        print(f"{'-':>9}{'-':>6}{'-':>9}{'-':>9} ! {case}: {refused}", flush=True)
        return True
    plans = list(log.plans())
    buffers = sum(found for _, found in plans)
    per_row = buffers / max(rows, 1)
    is_too_much = per_row > MOST_PER_ROW
    milliseconds = sum(found for found, _ in plans)
    mark = "!" if is_too_much else " "
    several = "" if len(plans) == 1 else f" ({len(plans)} statements)"
    print(
        f"{buffers:9,}{rows:6}{per_row:9,.1f}{milliseconds:9,.1f} {mark} {case}{several}",
        flush=True,
    )
    return is_too_much


def _cursor(asking: Connection, case: Case) -> str | None:
    cursor: str | None = asking.data(case.finding_cursor)[case.field]["pageInfo"]["endCursor"]
    return cursor


def _tell_total(asking: Connection, log: Log, case: Case) -> None:
    try:
        list(log.plans())
        asking.data(case.counting)
    except Refused as refused:
        print(f"{'-':>9}{'-':>9}   {case}: {refused}", flush=True)
        return
    plans = list(log.plans())
    buffers, milliseconds = sum(one for _, one in plans), sum(one for one, _ in plans)
    print(f"{buffers:9,}{milliseconds:9,.1f}   {case}", flush=True)
