"""Search keys, and the version of SQLite that search needs."""

import sys

import pytest
from tortoise.exceptions import ConfigurationError

from database import sqlite
from database.connections import open_database
from models.search import optionally_searchable, searchable


@pytest.mark.parametrize(
    ("text", "same"),
    [("MUG", "mug"), ("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("u\u0308NIT", "Ünit")],
)
def test_case_and_the_encoding_of_accents_do_not_matter(text: str, same: str) -> None:
    assert searchable(text) == searchable(same)
    assert optionally_searchable(text) == searchable(text)


def test_a_missing_value_has_no_search_key() -> None:
    assert optionally_searchable(None) is None


async def test_an_sqlite_without_search_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite, "OLDEST_VERSION", (sys.maxsize,))

    with pytest.raises(ConfigurationError, match="with FTS5"):
        async with open_database("sqlite://:memory:", connections=1):
            pass
