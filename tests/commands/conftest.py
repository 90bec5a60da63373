"""Fixtures of the command line."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from commands import main

RunCommand = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> RunCommand:
    """Runs `whereabouts` with the arguments passed, on a migrated database."""
    monkeypatch.setenv("WHEREABOUTS_DATABASE_URL", database_url)

    def invoke(*arguments: object, input: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], input=input)

    return invoke
