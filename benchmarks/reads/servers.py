"""The measured servers, and the settings of the database that both of them read."""

import asyncio
from pathlib import Path

import asyncpg

from benchmarks.fanout.servers import InstrumentedServer
from devservices.ports import HOST
from devservices.postgres import PostgresServer

POOL_SIZE = 10
"""Database connections of each server: the service's own default."""
POSTGRES_SETTINGS = {
    "shared_buffers": "2GB",
    "max_wal_size": "4GB",
    # A table that is filled in the transaction that emptied it then needs no write-ahead log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
"""The settings that a database of a million orders needs; all others keep their defaults."""


class ReadServer(InstrumentedServer):
    """One of the two servers on a database."""

    def __init__(self, database_url: str, **settings: str) -> None:
        super().__init__({"WHEREABOUTS_DATABASE_URL": database_url, **settings})

    def memory_mib(self) -> float:
        """Return the resident set size, which does not depend on what other processes share."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


class WhereaboutsServer(ReadServer):
    """The service itself, as `python server.py` starts it."""

    name = "whereabouts"
    arguments = ("server.py",)

    def __init__(self, database_url: str) -> None:
        super().__init__(
            database_url,
            WHEREABOUTS_HOST=HOST,
            WHEREABOUTS_LOG_LEVEL="warning",
            WHEREABOUTS_DATABASE_CONNECTIONS=str(POOL_SIZE),
            # The sweeper must not change orders during the measurements.
            WHEREABOUTS_SWEEP_SECONDS="3600",
        )


class BaselineServer(ReadServer):
    """The program of `benchmarks.reads.baseline`."""

    name = "baseline"
    arguments = ("-m", "benchmarks.reads.baseline")


def configure_postgres(postgres: PostgresServer) -> None:
    """Apply `POSTGRES_SETTINGS` and restart, because some take effect only at the start."""
    asyncio.run(_alter_system(postgres.url))
    postgres.restart()


async def _alter_system(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for name, value in POSTGRES_SETTINGS.items():
            await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    finally:
        await connection.close()
