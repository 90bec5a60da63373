"""`python -m benchmarks.access_paths`: what each access path of filtered lists is worth.

Pages of common values, rare ones and absent ones are read from a large shop by the access path
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
from benchmarks.reads.embedded import embed
from benchmarks.reads.shops import Sizes, open_shops
from models.database import open_database
from tests.services.postgres import PostgresServer

FULL = Sizes(world=2_000, few=10_000, many=1_000_000)
QUICK = Sizes(world=100, few=100, many=10_000)
ROUNDS = 15


@click.command()
@click.option("--quick", is_flag=True, help=f"{QUICK.many:,} orders, and within a minute.")
@click.option("--database", help="A shop that is there already, on PostgreSQL.")
@click.option("--sqlite", is_flag=True, help="Measure a copy of the shop in SQLite instead.")
def main(quick: bool, database: str | None, sqlite: bool) -> None:
    """Measure access paths."""
    if database is not None:
        found = measure_shop(database, sqlite)
    else:
        with PostgresServer() as postgres:
            shops = open_shops(postgres, QUICK if quick else FULL)
            found = measure_shop(shops.few if sqlite and not quick else shops.many, sqlite)
            # An orderly end would write all of it out first, for nobody.
            postgres.kill()
    print(orjson.dumps(wins(found)).decode())


def measure_shop(url: str, sqlite: bool) -> list[Found]:
    if not sqlite:
        return asyncio.run(measure_all(url))
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
        return asyncio.run(measure_all(asyncio.run(embed(url, Path(folder) / "shop.sqlite3"))))


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
