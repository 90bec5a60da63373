"""Which rows of a table a condition admits, and a path leads to."""

from collections.abc import Sequence
from typing import Any

from models.database import connection, is_postgres
from resolvers.conditions import Condition, stored
from resolvers.paths.path import Path, in_parts


class Values:
    """Of one statement, as the driver wants them named and given."""

    def __init__(self) -> None:
        self._is_postgres = is_postgres()
        self.given: list[Any] = []

    def put(self, asked: Condition | Path) -> str:
        first, *others = asked.text.split("?")
        text = first
        for value, other in zip(asked.values, others, strict=True):
            self.given.append(value if self._is_postgres else stored(value))
            text += f"{'$' if self._is_postgres else '?'}{len(self.given)}{other}"
        return text


async def found(table: str, asked: Condition, key: str = "id") -> set[str]:
    """Their keys, as texts."""
    values = Values()
    text = f'SELECT "{table}"."{key}" AS key FROM "{table}" WHERE {values.put(asked)}'
    rows = await connection().execute_query_dict(text, values.given)
    return {str(row["key"]) for row in rows}


async def reached(
    table: str, path: Path, parts: Sequence[Condition], order: str, size: int
) -> list[str]:
    """The ids of the first rows, in their order."""
    values = Values()
    texts = [values.put(part) for part in parts]
    limit = values.put(Condition("?::bigint" if is_postgres() else "?", (size,)))
    text = in_parts(values.put(path), table, f'"{table}"."id"', texts, order, limit)
    return [str(row["id"]) for row in await connection().execute_query_dict(text, values.given)]
