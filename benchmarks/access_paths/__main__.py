"""`python -m benchmarks.access_paths`: what each access path of filtered lists is worth.

Pages of common values, rare ones and absent ones are read from a large database by the access path
that the service takes, and by a plain WHERE, ORDER BY and LIMIT of the same condition. The last
line is a JSON object with the largest win per kind of access path: the plain query's time divided
by the path's. A kind stays in the code only if it wins more than twice somewhere (docs/decisions).
"""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import click
import orjson

from benchmarks.access_paths.measurement import Comparison, Cost, compare
from benchmarks.access_paths.pages import measured_pages
from benchmarks.reads.datasets import DatasetSizes, create_datasets
from benchmarks.reads.sqlite_dataset import copy_to_sqlite
from database.connections import open_database
from devservices.postgres import PostgresServer

FULL = DatasetSizes(seed=2_000, small=10_000, large=1_000_000)
QUICK = DatasetSizes(seed=100, small=100, large=10_000)
ROUNDS = 15


@click.command()
@click.option("--quick", is_flag=True, help=f"Measure {QUICK.large:,} orders, within a minute.")
@click.option("--database", help="The address of a PostgreSQL database to measure instead.")
@click.option("--sqlite", is_flag=True, help="Measure a copy of the orders in SQLite.")
def main(quick: bool, database: str | None, sqlite: bool) -> None:
    """Measure access paths."""
    if database is not None:
        comparisons = measure_database(database, sqlite)
    else:
        with PostgresServer() as postgres:
            datasets = create_datasets(postgres, QUICK if quick else FULL)
            is_small = sqlite and not quick
            comparisons = measure_database(datasets.small if is_small else datasets.large, sqlite)
            # An orderly shutdown would first write everything to disk, which is deleted next.
            postgres.kill()
    print(orjson.dumps(wins(comparisons)).decode())


def measure_database(url: str, sqlite: bool) -> list[Comparison]:
    if not sqlite:
        return asyncio.run(measure_all(url))
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
        return asyncio.run(
            measure_all(asyncio.run(copy_to_sqlite(url, Path(folder) / "orders.sqlite3")))
        )


async def measure_all(url: str) -> list[Comparison]:
    print(f"{'ms':>9}{'buffers':>9}{'plain ms':>10}{'buffers':>9}{'win':>8}   access path, page")
    async with open_database(url, connections=1):
        comparisons = []
        for page in await measured_pages():
            comparisons.append(await compare(page, ROUNDS))
            print(line(comparisons[-1]), flush=True)
    return comparisons


def line(comparison: Comparison) -> str:
    page = comparison.page
    costs = f"{shown(comparison.chosen)}{shown(comparison.plain, width=10)}{comparison.win:8.1f}"
    return f"{costs}   {page.kind}: {page.description}"


def shown(cost: Cost, width: int = 9) -> str:
    return f"{cost.ms:{width}.2f}{'-' if cost.buffers is None else f'{cost.buffers:,}':>9}"


def wins(comparisons: Sequence[Comparison]) -> dict[str, float]:
    """Return the largest win per kind of access path."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    for comparison in comparisons:
        by_kind[comparison.page.kind].append(comparison.win)
    return {kind: round(max(kind_wins), 1) for kind, kind_wins in by_kind.items()}


if __name__ == "__main__":
    main()
