"""The servers that are measured, and the database that both of them ask."""

import asyncio
from pathlib import Path

import asyncpg

from benchmarks.fanout.services import MeteredServer
from devservices.ports import HOST
from devservices.postgres import PostgresServer

CONNECTIONS = 10
"""Of each server's pool: the service's own default."""
SETTINGS = {
    "shared_buffers": "2GB",
    "max_wal_size": "4GB",
    # What is written to a table in the transaction that emptied it needs no log then.
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
"""As large as a shop of a million orders needs it; the rest is as PostgreSQL comes."""


class Reading(MeteredServer):
    """One of the two on a database."""

    def __init__(self, database_url: str, **settings: str) -> None:
        super().__init__({"WHEREABOUTS_DATABASE_URL": database_url, **settings})

    def memory_mib(self) -> float:
        """All that is in memory: another Python beside it, which shares some, makes it no less."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


class Whereabouts(Reading):
    """The service itself, as `python server.py` starts it."""

    name = "whereabouts"
    arguments = ("server.py",)

    def __init__(self, database_url: str) -> None:
        super().__init__(
            database_url,
            WHEREABOUTS_HOST=HOST,
            WHEREABOUTS_LOG_LEVEL="warning",
            WHEREABOUTS_DATABASE_CONNECTIONS=str(CONNECTIONS),
            # Measured is the reading; the orders stand still.
            WHEREABOUTS_SWEEP_SECONDS="3600",
        )


class Bare(Reading):
    """The program of `benchmarks.reads.bare`."""

    name = "bare"
    arguments = ("-m", "benchmarks.reads.bare")


def tune(postgres: PostgresServer) -> None:
    """Give it `SETTINGS`, some of which it reads only when it starts."""
    asyncio.run(_set(postgres.url))
    postgres.restart()


async def _set(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for name, value in SETTINGS.items():
            await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    finally:
        await connection.close()
