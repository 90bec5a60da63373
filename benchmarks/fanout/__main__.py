"""The command: starts the servers and the load generators, measures, and prints the results."""

import asyncio

import click
import orjson

from benchmarks.fanout.event_writer import open_event_writer
from benchmarks.fanout.measurement import FULL, QUICK, measure
from benchmarks.fanout.servers import BaselineServer, WhereaboutsServer, raise_file_limit
from benchmarks.fanout.subscriber_pool import open_subscriber_pool
from benchmarks.fanout.workloads import FanoutWorkload
from benchmarks.ingest.servers import pin_load_generator
from devservices.postgres import PostgresServer
from devservices.redis import RedisServer
from models.migrating import migrate


@click.command()
@click.option("--quick", is_flag=True, help="One thousand subscribers; finishes within a minute.")
def main(quick: bool) -> None:
    """Measure the delivery of changes to subscribers."""
    print(pin_load_generator(), flush=True)
    raise_file_limit()
    with PostgresServer() as postgres, RedisServer() as redis:
        database_url = postgres.create_database("fanout")
        results = asyncio.run(run(quick, database_url, redis.url))
    print(orjson.dumps(results).decode())


async def run(quick: bool, database_url: str, broadcast_url: str) -> dict[str, float]:
    await migrate(database_url)
    with (
        open_subscriber_pool() as subscribers,
        open_subscriber_pool() as baseline_subscribers,
        WhereaboutsServer(database_url, broadcast_url) as server,
        BaselineServer() as baseline,
    ):
        async with open_event_writer(database_url, broadcast_url) as writer:
            workload = FanoutWorkload(server, baseline, subscribers, baseline_subscribers, writer)
            return await measure(workload, QUICK if quick else FULL)


if __name__ == "__main__":
    main()
