"""Fixtures for every test: the engine, an empty database on it, Redis, and a recording tracker."""

import gc
import os
import shutil
import signal
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from jinja2 import Environment
from redis import Redis

from access.security_events import LOG, SecurityLog
from database.connections import open_database
from devservices.postgres import PostgresServer
from devservices.redis import RedisServer
from tests.compiled_templates import CompiledTemplates
from tests.databases import Databases, PostgresDatabases, SqliteDatabases, memory_folder
from tests.needed_programs import ARE_LEFT_OUT
from tests.profiles import register_profiles
from tests.workers import Schedule
from unit_of_work.unit_of_work import Tracker

ENGINES = ("sqlite", "postgres")
LEFT_TO_SQLITE = pytest.StashKey[int]()
"""How many tests a run on PostgreSQL left out."""
CLIENTS = ("clients", "pages", "portal")
"""The folders of tests with real client programs, browsers and pages, which know the API alone and
cannot see the engine: what differs by it (rights, streams, resumption, restores) has tests of its
own. Every night they run on both engines."""

register_profiles()


SLOW = (
    *(
        "attacks",
        "clients",
        "commands",
        "devservices",
        "faults",
        "forecasts",
        "hosting",
        "pages",
        "plans",
        "simulator",
        "web",
    ),
    *("test_docs.py", "test_shutdown.py"),
)
"""Their tests start servers, programs or fits: too slow for the loop while somebody writes code."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=ENGINES,
        default="sqlite",
        help="sqlite: SQLite and memory://; postgres: PostgreSQL and Redis, started by the tests, "
        "without the tests that never ask for an engine, and but for `make nightly` without those "
        "of client programs (those that are named run all the same)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' files in memory, where nothing waits for a disk."""
    folder = memory_folder()
    if folder is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests of whole folders and files as slow."""
    if _place(item) in SLOW:
        item.add_marker("slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what one engine shows to the run on SQLite, unless tests are named."""
    names = [*map(os.path.abspath, config.args)]
    is_whole = names == [os.path.abspath(one) for one in config.getini("testpaths")]
    if config.getoption("--engine") == "sqlite" or not is_whole:
        return
    is_nightly = config.getoption("hypothesis_profile") == "nightly"
    left: list[pytest.Item] = []
    kept: list[pytest.Item] = []
    for one in items:
        is_kept = _needs_engine(one) and (is_nightly or _place(one) not in CLIENTS)
        (kept if is_kept else left).append(one)
    items[:] = kept
    config.hook.pytest_deselected(items=left)
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_to_sqlite"] = len(left)


def _place(item: pytest.Item) -> str:
    """The folder or file of these tests that it stands in."""
    return item.path.relative_to(Path(__file__).parent).parts[0]


def _needs_engine(item: pytest.Item) -> bool:
    """Whether it asks for an engine, or for a fixture that does. All that depends on the engine
    goes through that fixture: nothing else reads the option."""
    return "engine" in getattr(item, "fixturenames", ())


def pytest_collection_finish() -> None:
    """Freeze imported objects: collecting garbage among them takes a tenth of the tests' time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Schedule:
    return Schedule(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist tells how many tests it has left out; all leave out the same."""
    node.config.stash[LEFT_TO_SQLITE] = getattr(node, "workeroutput", {}).get("left_to_sqlite", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say loudly which tests the machine could not run; pytest counts them among the skipped."""
    if count := config.stash.get(LEFT_TO_SQLITE, 0):
        terminalreporter.write_line(
            f"{count} tests that one engine shows were left to SQLite's run"
        )
    skipped = terminalreporter.getreports("skipped")
    reasons = {report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)}
    for reason in sorted(reason for reason in reasons if ARE_LEFT_OUT in reason):
        terminalreporter.section(reason, sep="!", red=True, bold=True)


@pytest.fixture(scope="session", autouse=True)
def heard_interrupts() -> None:
    """Let child processes hear Ctrl-C: a shell that starts pytest in the background ignores it, and
    every child of its would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Generator[None, None, None]:
    environment = partial(Environment, bytecode_cache=CompiledTemplates())
    with patch("web.pages.templates.Environment", environment):
        yield


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def databases(
    engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Databases, None, None]:
    """The databases of the session, or of one of its workers."""
    with ExitStack() as stack:
        databases: Databases
        if engine == "postgres":
            server = stack.enter_context(PostgresServer(parent=memory_folder()))
            databases = PostgresDatabases(server)
        else:
            folder = tmp_path_factory.mktemp("databases")
            stack.callback(shutil.rmtree, folder)
            databases = SqliteDatabases(folder)
        databases.migrate_template()
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


@pytest.fixture(autouse=True)
def _fresh_security_log() -> None:
    """Let no test find in its lines how many events of earlier tests were left out."""
    SecurityLog.__init__(LOG)


@pytest.fixture
def broadcast_url(redis: RedisServer | None) -> str:
    """Where changes are announced. What other tests counted there is forgotten."""
    if redis is None:
        return "memory://"
    with Redis.from_url(redis.url) as client:
        client.flushall()
    return redis.url


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
