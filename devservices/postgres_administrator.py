"""The administration of a PostgreSQL server for tests and benchmarks."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg

from devservices.server import ServiceFailed

CLIENT_SECONDS = 30.0
"""The time to create a database, which includes a checkpoint of a busy server."""
TERMINATE = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
"""End the connections to a database, and wait for each to end."""
COPY_STRATEGIES_SINCE = 15
"""The version of PostgreSQL that first lets one choose how a database is copied."""


class Administrator:
    """One open connection that creates and drops databases: a program for each takes far longer.

    It has a thread and a loop of its own, so that whoever calls may have a running loop as well.
    """

    def __init__(self, url: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._connection = self._run(asyncpg.connect(url, timeout=CLIENT_SECONDS))

    def create(self, name: str, template: str | None) -> None:
        """Create a database; a copied template is copied file by file, not through the log."""
        statement = f'CREATE DATABASE "{name}"'
        if template is not None:
            statement += f' TEMPLATE "{template}"'
            if self._connection.get_server_version().major >= COPY_STRATEGIES_SINCE:
                statement += " STRATEGY FILE_COPY"
        self.execute(statement)

    def drop(self, name: str) -> None:
        """Drop a database and end the connections to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def copy(self, name: str, copy: str) -> None:
        """Copy a database, to which nobody may be connected meanwhile."""
        self.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            self.execute(TERMINATE.format(name=name))
            self.create(copy, template=name)
        finally:
            self.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    def rename(self, name: str, new_name: str) -> None:
        self.execute(f'ALTER DATABASE "{name}" RENAME TO "{new_name}"')

    def close(self) -> None:
        """Hang up; the server may be gone already."""
        self._thread.submit(self._connection.terminate).result()
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def execute(self, statement: str) -> None:
        """Run a statement. Raises `ServiceFailed`."""
        try:
            self._run(self._connection.execute(statement, timeout=CLIENT_SECONDS))
        except asyncpg.PostgresError as error:
            raise ServiceFailed(str(error)) from error

    def _run(self, act: Coroutine[Any, Any, Any]) -> Any:
        return self._thread.submit(self._runner.run, act).result()
