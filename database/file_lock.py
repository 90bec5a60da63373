"""A lock on a file, which goes with its process however that ends."""

import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path


class Locked(Exception):
    """The lock cannot be had, as another process has it; the message says what to do."""


@contextmanager
def file_lock(file: Path) -> Generator[None, None, None]:
    """Hold the lock during the block; the file is created if there is none.

    Raises Locked, and sqlite3.Error if the file cannot be used. SQLite's locks are those that every
    system has.
    """
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise Locked(f"Another process has locked {file}.") from error
        yield


@contextmanager
def server_lock(database: Path | None) -> Generator[None, None, None]:
    """Keep other servers from a SQLite file during the block: they would not hear of each other's
    changes. The lock is a file beside it; None stands for a database that serves any number.

    Raises Locked.
    """
    if database is None:
        yield
        return
    with ExitStack() as stack:
        try:
            stack.enter_context(file_lock(database.with_name(f"{database.name}-server")))
        except Locked as error:
            raise Locked(
                f"Another server runs on {database}: end it, or let both use a database of"
                " PostgreSQL."
            ) from error
        except sqlite3.Error as error:
            raise Locked(f"The lock beside {database} cannot be made: {error}") from error
        yield
