"""What the command line's tests may ask for."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from commands import main

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`whereabouts` with those arguments, on a migrated database."""
    monkeypatch.setenv("WHEREABOUTS_DATABASE_URL", database_url)

    def invoke(*arguments: object, input: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(one) for one in arguments], input=input)

    return invoke
