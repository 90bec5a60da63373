"""`python -m benchmarks.access_paths`: what each access path of filtered lists is worth.

Pages of common values, rare ones and absent ones are read from a large database by the access path
that the service takes, and by a plain WHERE, ORDER BY and LIMIT of the same condition. The last
line is one JSON object: by access path, the most that it wins: the plain query's time divided by
its own. Every path has to win more than twice somewhere to be kept (docs/decisions).
"""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import click
import orjson

from benchmarks.access_paths.measuring import Cost, Found, measure
from benchmarks.access_paths.questions import questions
from benchmarks.reads.datasets import DatasetSizes, create_datasets
from benchmarks.reads.sqlite_dataset import copy_to_sqlite
from database.connections import open_database
from devservices.postgres import PostgresServer

FULL = DatasetSizes(seed=2_000, small=10_000, large=1_000_000)
QUICK = DatasetSizes(seed=100, small=100, large=10_000)
ROUNDS = 15


@click.command()
@click.option("--quick", is_flag=True, help=f"{QUICK.large:,} orders, and within a minute.")
@click.option("--database", help="The address of a PostgreSQL database to measure instead.")
@click.option("--sqlite", is_flag=True, help="Measure a copy of the orders in SQLite.")
def main(quick: bool, database: str | None, sqlite: bool) -> None:
    """Measure access paths."""
    if database is not None:
        found = measure_database(database, sqlite)
    else:
        with PostgresServer() as postgres:
            datasets = create_datasets(postgres, QUICK if quick else FULL)
            is_small = sqlite and not quick
            found = measure_database(datasets.small if is_small else datasets.large, sqlite)
            # An orderly end would write all of it out first, for nobody.
            postgres.kill()
    print(orjson.dumps(wins(found)).decode())


def measure_database(url: str, sqlite: bool) -> list[Found]:
    if not sqlite:
        return asyncio.run(measure_all(url))
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
        return asyncio.run(
            measure_all(asyncio.run(copy_to_sqlite(url, Path(folder) / "orders.sqlite3")))
        )


async def measure_all(url: str) -> list[Found]:
    print(f"{'ms':>9}{'buffers':>9}{'plain ms':>10}{'buffers':>9}{'win':>8}   access path, page")
    async with open_database(url, connections=1):
        found = []
        for question in await questions():
            found.append(await measure(question, ROUNDS))
            print(line(found[-1]), flush=True)
    return found


def line(found: Found) -> str:
    chosen, plain, asked = found.chosen, found.plain, found.question
    costs = f"{said(chosen)}{said(plain, width=10)}{found.win:8.1f}"
    return f"{costs}   {asked.path}: {asked.said}"


def said(cost: Cost, width: int = 9) -> str:
    return f"{cost.ms:{width}.2f}{'-' if cost.buffers is None else f'{cost.buffers:,}':>9}"


def wins(found: Sequence[Found]) -> dict[str, float]:
    by_path: dict[str, list[float]] = defaultdict(list)
    for one in found:
        by_path[one.question.path].append(one.win)
    return {path: round(max(each), 1) for path, each in by_path.items()}


if __name__ == "__main__":
    main()
