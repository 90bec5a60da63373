"""Databases for tests: migrated once for each engine, copied for each test."""

import asyncio
import os
import shutil
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

from database.migrations import migrate
from devservices.postgres import PostgresServer

TEMPLATE = "template_whereabouts"
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 2 << 30
"""Bytes: some hundred megabytes for each worker's PostgreSQL, and what the tests write."""
_numbers = count(1)


def memory_folder() -> Path | None:
    """Return a folder that is kept in memory, if the system has one with enough room."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED else None


class Databases(Protocol):
    """One engine's databases."""

    def migrate_template(self) -> None:
        """Make the database that is copied."""

    def create(self) -> str:
        """Copy the migrated template, and return the copy's address."""

    def create_empty(self) -> str:
        """Return the address of a database without any table."""

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""


@dataclass
class SqliteDatabases:
    """Files in one folder."""

    folder: Path

    def migrate_template(self) -> None:
        asyncio.run(migrate(f"sqlite://{self.folder / TEMPLATE}"))

    def create(self) -> str:
        url = self.create_empty()
        shutil.copy(self.folder / TEMPLATE, url.removeprefix("sqlite://"))
        return url

    def create_empty(self) -> str:
        return f"sqlite://{self.folder / f'test_{next(_numbers)}'}"

    def drop(self, url: str) -> None:
        for path in self.folder.glob(f"{url.rsplit('/', 1)[1]}*"):
            path.unlink()


@dataclass
class PostgresDatabases:
    """Databases of one server that runs."""

    server: PostgresServer

    def migrate_template(self) -> None:
        asyncio.run(migrate(self.server.create_database(TEMPLATE)))

    def create(self) -> str:
        return self.server.create_database(f"test_{next(_numbers)}", template=TEMPLATE)

    def create_empty(self) -> str:
        return self.server.create_database(f"test_{next(_numbers)}")

    def drop(self, url: str) -> None:
        self.server.drop_database(url.rsplit("/", 1)[1])
