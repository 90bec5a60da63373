"""Databases for tests: migrated once for each engine, copied for each test."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
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

    def back_up(self, url: str) -> str:
        """Copy a database that is in use, and return the copy's address."""

    def restore(self, url: str, copy: str) -> None:
        """Put the copy in the place of the database, while it is in use."""


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

    def back_up(self, url: str) -> str:
        copy = self.create_empty()
        self.restore(copy, url)
        return copy

    def restore(self, url: str, copy: str) -> None:
        """Copy page by page through SQLite, as its command `.restore` does."""
        with (
            closing(sqlite3.connect(copy.removeprefix("sqlite://"))) as source,
            closing(sqlite3.connect(url.removeprefix("sqlite://"))) as target,
        ):
            source.backup(target)


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
        self.server.drop_database(_name(url))

    def back_up(self, url: str) -> str:
        copy = f"test_{next(_numbers)}"
        self.server.copy_database(_name(url), copy)
        return self.server.database_url(copy)

    def restore(self, url: str, copy: str) -> None:
        self.server.replace_database(_name(url), _name(copy))


def _name(url: str) -> str:
    return url.rsplit("/", 1)[1]
