"""The command: starts everything, measures, and says what came out."""

import asyncio

import click
import orjson

from benchmarks.fanout.bursts import Bench
from benchmarks.fanout.crowds import gathering
from benchmarks.fanout.measuring import FULL, QUICK, measure
from benchmarks.fanout.news import open_newsroom
from benchmarks.fanout.services import Bare, Followed, open_many_files
from benchmarks.ingest.services import keep_to_other_core
from devservices.postgres import PostgresServer
from devservices.redis import RedisServer
from models.migrating import migrate


@click.command()
@click.option("--quick", is_flag=True, help="A thousand followers, and within a minute.")
def main(quick: bool) -> None:
    """Measure following."""
    print(keep_to_other_core(), flush=True)
    open_many_files()
    with PostgresServer() as postgres, RedisServer() as redis:
        database_url = postgres.create_database("fanout")
        results = asyncio.run(run(quick, database_url, redis.url))
    print(orjson.dumps(results).decode())


async def run(quick: bool, database_url: str, broadcast_url: str) -> dict[str, float]:
    await migrate(database_url)
    with (
        gathering() as crowd,
        gathering() as bare_crowd,
        Followed(database_url, broadcast_url) as server,
        Bare() as bare,
    ):
        async with open_newsroom(database_url, broadcast_url) as newsroom:
            bench = Bench(server, bare, crowd, bare_crowd, newsroom)
            return await measure(bench, QUICK if quick else FULL)


if __name__ == "__main__":
    main()
