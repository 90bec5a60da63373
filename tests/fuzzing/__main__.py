"""`python -m tests.fuzzing --engine postgres --minutes 10 --seed 1`: generate operations for long.

The time is shared by the kinds of viewers. What fails is printed with the request.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import click

from devservices.postgres import PostgresServer
from devservices.redis import RedisServer
from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.fuzzing.generated_requests import SECRETS, VIEWERS, Extent, fuzz, make_fuzzed_order
from tests.server_processes import server_processes

EXAMPLES = 20
"""Requests for each root field before the next root field, so that all come several times."""


@click.command()
@click.option("--engine", type=click.Choice(["sqlite", "postgres"]), default="sqlite")
@click.option("--minutes", default=10.0)
@click.option("--seed", default=1)
def main(engine: str, minutes: float, seed: int) -> None:
    """Generate operations, and exit with 1 if one of them found a fault."""
    extent = Extent(EXAMPLES, seed, round(60 * minutes / len(VIEWERS)))
    with tempfile.TemporaryDirectory() as folder:
        if engine == "sqlite":
            found = run(SqliteDatabases(Path(folder)), "memory://", extent, Path(folder))
        else:
            with PostgresServer() as postgres, RedisServer() as redis:
                found = run(PostgresDatabases(postgres), redis.url, extent, Path(folder))
    sys.exit(found)


def run(databases: Databases, broadcast_url: str, extent: Extent, folder: Path) -> bool:
    """Run all viewers' requests, and return whether one found a fault."""
    databases.migrate_template()
    return asyncio.run(fuzz_all(databases.create(), broadcast_url, extent, folder))


async def fuzz_all(database_url: str, broadcast_url: str, extent: Extent, folder: Path) -> bool:
    """Send the requests of one viewer after the other, and print what was found."""
    order = await make_fuzzed_order(database_url)
    has_failed = False
    async with server_processes(folder, database_url, broadcast_url, **SECRETS) as server:
        for viewer in VIEWERS:
            found = await fuzz(server, order, viewer, extent, folder)
            answers = server.log().count(ACCESS_LINE)
            click.echo(f"{viewer}: {found or 'no fault'} ({answers} answers so far)")
            has_failed = has_failed or bool(found)
    return has_failed


ACCESS_LINE = " whereabouts.access "

if __name__ == "__main__":
    main()
