"""Which rows of a table a condition admits."""

from itertools import count
from typing import Any

from models.database import connection, is_postgres
from resolvers.conditions import Condition, stored


async def found(table: str, asked: Condition, key: str = "id") -> set[str]:
    """Their keys, as texts."""
    text = f'SELECT "{table}"."{key}" AS key FROM "{table}" WHERE {asked.text}'
    rows = await connection().execute_query_dict(numbered(text), given(asked))
    return {str(row["key"]) for row in rows}


def numbered(text: str) -> str:
    """As the driver wants its values named."""
    if not is_postgres():
        return text
    numbers = count(1)
    first, *others = text.split("?")
    return first + "".join(f"${next(numbers)}{other}" for other in others)


def given(asked: Condition) -> list[Any]:
    return list(asked.values if is_postgres() else map(stored, asked.values))
