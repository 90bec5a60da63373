"""PostgreSQL as hosting companies offer it: behind a pooler, with TLS, with a standby."""

from collections.abc import Generator
from contextlib import ExitStack

import pytest

from devservices.pgbouncer import LEFT_OUT, PgBouncer, find_pgbouncer
from tests.databases import Databases, PostgresDatabases
from tests.hosting.poolers import StartPooler
from tests.needed_programs import need


@pytest.fixture
def start_pooler(databases: Databases) -> Generator[StartPooler, None, None]:
    """Starts PgBouncer before the server of the tests, with a mode and other settings of its."""
    if not isinstance(databases, PostgresDatabases):
        pytest.skip("SQLite has no poolers.")
    need(find_pgbouncer, LEFT_OUT)
    server = databases.server

    with ExitStack() as stack:

        def start(mode: str, **settings: str) -> PgBouncer:
            return stack.enter_context(PgBouncer(server, mode, settings))

        yield start
