"""Prepared statements are kept if they are repeated, and up to a length."""

import pytest

from database import statement_cache
from database.connections import connection, is_postgres, read_rows

TEXT = "SELECT {} AS number, '{}' AS text"


@pytest.fixture
def postgres(db: str) -> None:
    if not is_postgres():
        pytest.skip("SQLite's driver keeps statements in this process, and by their number.")


async def run(number: int, length: int = 0) -> None:
    await read_rows(connection(), TEXT.format(number, "x" * length), ())


async def prepared() -> list[str]:
    rows = await read_rows(
        connection(),
        "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '% AS number%'"
        " AND statement NOT LIKE '%pg_prepared_statements%' ORDER BY prepare_time",
        (),
    )
    return [row["statement"] for row in rows]


@pytest.mark.usefixtures("postgres")
async def test_a_statement_is_kept_when_it_is_repeated():
    await run(1)
    assert await prepared() == []

    await run(1)
    assert await prepared() == [TEXT.format(1, "")]


@pytest.mark.usefixtures("postgres")
async def test_statements_that_run_once_are_not_kept():
    for number in range(100, 300):
        await run(number)

    assert await prepared() == []


@pytest.mark.usefixtures("postgres")
async def test_the_kept_statements_have_a_limit_of_characters(monkeypatch):
    monkeypatch.setattr(statement_cache, "MAXIMUM_CHARACTERS", 1_600)
    for number in (400, 401, 400, 401, 402, 402):
        await run(number, 600)

    assert [text[:10] for text in await prepared()] == ["SELECT 401", "SELECT 402"]
    await run(401, 600)
    await run(400, 600)
    assert [text[:10] for text in await prepared()] == ["SELECT 401", "SELECT 400"]


class TypesKnown(statement_cache.RepeatedTexts):
    """What is remembered after another connection has looked up types: the driver's query for
    them, and no other statement."""

    def add(self, text: str) -> bool:
        return "typeinfo_tree" in text


@pytest.mark.usefixtures("postgres")
@pytest.mark.parametrize(
    ("text", "values", "found"),
    [
        ("SELECT $1::smallint[] AS found", [[1, 2]], [1, 2]),
        ("SELECT ARRAY[1, 2]::smallint[] AS found", [], [1, 2]),
    ],
)
async def test_a_statement_survives_the_look_up_of_its_types(monkeypatch, text, values, found):
    monkeypatch.setattr(statement_cache.FrugalConnection, "_repeated", TypesKnown())

    rows = await read_rows(connection(), text, values)

    assert [dict(row) for row in rows] == [{"found": found}]


def test_the_oldest_texts_are_forgotten(monkeypatch):
    monkeypatch.setattr(statement_cache, "REMEMBERED_TEXTS", 2)
    texts = statement_cache.RepeatedTexts()

    assert [texts.add(text) for text in ("a", "b", "a", "c", "a")] == [
        False,
        False,
        True,
        False,
        False,
    ]
