"""What is searched for, and what has to be there for it."""

import sys

import pytest
from tortoise.exceptions import ConfigurationError

from models import sqlite
from models.database import open_database
from models.search import optionally_searchable, searchable


@pytest.mark.parametrize(
    ("given", "same"),
    [("ADA", "ada"), ("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("u\u0308NAL", "Ünal")],
)
def test_case_and_the_making_of_accents_do_not_matter(given: str, same: str) -> None:
    assert searchable(given) == searchable(same)
    assert optionally_searchable(given) == searchable(given)


def test_nothing_is_nowhere_to_be_found() -> None:
    assert optionally_searchable(None) is None


async def test_an_sqlite_without_search_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite, "OLDEST", (sys.maxsize,))

    with pytest.raises(ConfigurationError, match="has FTS5"):
        async with open_database("sqlite://:memory:", connections=1):
            pass
