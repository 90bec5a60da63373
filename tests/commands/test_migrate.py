"""Migrations are applied once, also by several processes at once."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Generator

import pytest

from config import PROJECT
from database.migrations import missing_migrations
from models.positions import MAXIMUM_POSITION
from tests.commands.conftest import RunCommand
from tests.databases import Databases

NAMES = sorted(path.stem for path in (PROJECT / "migrations").glob("0*.py"))
APPLIED = "".join(f"Applied {name}.\n" for name in NAMES)


@pytest.fixture
def empty_url(databases: Databases) -> Generator[str, None, None]:
    """The URL of a database without tables; on SQLite, of a file that does not exist."""
    url = databases.create_empty()
    yield url
    databases.drop(url)


def test_missing_migrations_are_applied_once(
    run: RunCommand, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHEREABOUTS_DATABASE_URL", empty_url)

    first, second = run("migrate"), run("migrate")

    assert (first.exit_code, first.output) == (0, APPLIED)
    assert (second.exit_code, second.output) == (0, "Nothing was missing.\n")
    assert run("keys", "list").exit_code == 0


def test_a_new_epoch_begins_only_if_it_is_asked_for(run: RunCommand) -> None:
    plain, restored = run("migrate"), run("migrate", "--after-restore")

    assert (plain.exit_code, plain.output) == (0, "Nothing was missing.\n")
    assert restored.exit_code == 0
    [position] = re.findall(
        r"^Nothing was missing.\nA new epoch begins after position (\d+).\n$", restored.output
    )
    assert 1_700_000_000_000_000 < int(position) < MAXIMUM_POSITION


@pytest.mark.slow
def test_processes_that_migrate_at_once_all_succeed(empty_url: str) -> None:
    processes = [_start_migrating(empty_url) for _ in range(4)]
    answers = [(*process.communicate(), process.returncode) for process in processes]

    assert sorted(answers) == [
        (APPLIED.encode(), b"", 0),
        *[(b"Nothing was missing.\n", b"", 0)] * 3,
    ]
    assert asyncio.run(missing_migrations(empty_url)) == []


def _start_migrating(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "commands", "migrate"],
        cwd=PROJECT,
        env={"WHEREABOUTS_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
