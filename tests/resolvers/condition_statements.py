"""Statements that read the rows a condition matches, or the first rows along a path."""

from collections.abc import Sequence
from typing import Any

from database.connections import connection, is_postgres
from engine.sql.access_paths.access_path import AccessPath, fill_slots
from engine.sql.conditions import Condition, stored


class Parameters:
    """The parameters of one statement, numbered and stored as the driver expects them."""

    def __init__(self) -> None:
        self._is_postgres = is_postgres()
        self.values: list[Any] = []

    def bind(self, fragment: Condition | AccessPath) -> str:
        """The fragment's SQL with the driver's placeholders; its values are kept in order."""
        first, *others = fragment.text.split("?")
        text = first
        for value, other in zip(fragment.values, others, strict=True):
            self.values.append(value if self._is_postgres else stored(value))
            text += f"{'$' if self._is_postgres else '?'}{len(self.values)}{other}"
        return text


async def matching_keys(table: str, condition: Condition, key: str = "id") -> set[str]:
    """The keys, as texts, of the table's rows that the condition matches."""
    parameters = Parameters()
    where = parameters.bind(condition)
    text = f'SELECT "{table}"."{key}" AS key FROM "{table}" WHERE {where}'
    rows = await connection().execute_query_dict(text, parameters.values)
    return {str(row["key"]) for row in rows}


async def first_ids(
    table: str, path: AccessPath, parts: Sequence[Condition], order: str, size: int
) -> list[str]:
    """The ids of the first `size` rows along the path, in their order."""
    parameters = Parameters()
    texts = [parameters.bind(part) for part in parts]
    limit = parameters.bind(Condition("?::bigint" if is_postgres() else "?", (size,)))
    text = fill_slots(parameters.bind(path), table, f'"{table}"."id"', texts, order, limit)
    rows = await connection().execute_query_dict(text, parameters.values)
    return [str(row["id"]) for row in rows]
