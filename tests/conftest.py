"""Fixtures for every test: the engine, an empty database on it, Redis, and a recording tracker."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from devservices.chromium import LEFT_OUT
from devservices.postgres import PostgresServer
from devservices.redis import RedisServer
from models.database import open_database
from models.migrating import migrate
from tracking.acts import Tracker

ENGINES = ("sqlite", "postgres")
TEMPLATE = "template_whereabouts"
_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=ENGINES,
        default="sqlite",
        help="sqlite: SQLite and memory://; postgres: PostgreSQL and Redis, started by the tests",
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which tests the machine could not run; pytest counts them among the skipped."""
    skipped = terminalreporter.getreports("skipped")
    reasons = {report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)}
    for reason in sorted(reason for reason in reasons if LEFT_OUT in reason):
        terminalreporter.section(reason, sep="!", red=True, bold=True)


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--engine"))


@dataclass
class Databases:
    """Creates databases: a template is migrated once, and every test gets a copy of it."""

    engine: str
    folder: Path
    stack: ExitStack
    server: PostgresServer | None = None

    def start(self) -> None:
        if self.engine == "postgres":
            self.server = self.stack.enter_context(PostgresServer())
            asyncio.run(migrate(self.server.create_database(TEMPLATE)))
        else:
            asyncio.run(migrate(f"sqlite://{self.folder / TEMPLATE}"))

    def create(self) -> str:
        name = f"test_{next(_numbers)}"
        if self.server is not None:
            return self.server.create_database(name, template=TEMPLATE)
        shutil.copy(self.folder / TEMPLATE, self.folder / name)
        return f"sqlite://{self.folder / name}"

    def create_empty(self) -> str:
        """Creates a database without any table."""
        name = f"test_{next(_numbers)}"
        if self.server is not None:
            return self.server.create_database(name)
        return f"sqlite://{self.folder / name}"

    def drop(self, url: str) -> None:
        name = url.rsplit("/", 1)[1]
        if self.server is not None:
            self.server.drop_database(name)
        else:
            for path in self.folder.glob(f"{name}*"):
                path.unlink()


@pytest.fixture(scope="session")
def databases(
    engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Databases, None, None]:
    with ExitStack() as stack:
        databases = Databases(engine, tmp_path_factory.mktemp("databases"), stack)
        databases.start()
        yield databases


@pytest.fixture
def database_url(databases: Databases) -> Generator[str, None, None]:
    """An empty, migrated database."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture
async def db(database_url: str) -> AsyncGenerator[str, None]:
    """An empty, migrated database that is open, so that models can be used."""
    async with open_database(database_url, connections=20, is_global=True):
        yield database_url


@pytest.fixture(scope="session")
def redis(engine: str) -> Generator[RedisServer | None, None, None]:
    """A Redis server for the session on the production engine; None on the embedded one."""
    if engine == "postgres":
        with RedisServer() as server:
            yield server
    else:
        yield None


@pytest.fixture
def broadcast_url(redis: RedisServer | None) -> str:
    return "memory://" if redis is None else redis.url


@dataclass
class AnnouncementRecorder:
    """Records the heads of the log that writers announce, in order."""

    heads: list[int] = field(default_factory=list)


@pytest.fixture
def announcements() -> AnnouncementRecorder:
    return AnnouncementRecorder()


@pytest.fixture
def tracker(announcements: AnnouncementRecorder) -> Tracker:
    return Tracker(announce=announcements.heads.append)
