"""The statements that add the rows of a cube to its hourly sums."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from access.viewer import SYSTEM
from engine.sql.conditions import EVERYTHING, IDENTITY, Condition, among
from engine.sql.selection import Reader
from models.rollups import NO_DIMENSION, NO_WORD
from resolvers.stats.aggregate_dialects import dialect
from resolvers.stats.cubes import Cube
from resolvers.stats.exceptions import EXCEPTIONS
from resolvers.stats.group_statement_builder import GroupStatementBuilder
from resolvers.stats.orders import ORDERS
from resolvers.stats.shipments import SHIPMENTS

CUBES = (ORDERS, SHIPMENTS, EXCEPTIONS)


@dataclass(frozen=True, slots=True)
class RollupStatement:
    """A statement, and the values of its placeholders in order."""

    text: str
    values: Sequence[Any]


def update_statements(order_ids: Sequence[UUID]) -> Iterator[RollupStatement]:
    """Bring the sums up to date for these orders: what was counted of them is subtracted, and what
    their rows say now is added."""
    for cube in CUBES:
        yield _replace_in_hours(cube, order_ids)
        yield _delete_counted(cube, order_ids)
        yield _insert_counted(cube, order_ids)
        yield RollupStatement(f'DELETE FROM "{cube.hours.table}" WHERE many = 0', ())


def rebuild_statements() -> Iterator[RollupStatement]:
    """Compute the sums of all orders from their rows, whatever they were before."""
    for cube in CUBES:
        yield RollupStatement(f'DELETE FROM "{cube.hours.table}"', ())
        yield RollupStatement(f'DELETE FROM "{cube.hours.counted}"', ())
        yield _insert_counted(cube, None)
        rows = f"SELECT {_quoted(_counted_columns(cube))}, 1 AS many FROM {cube.hours.counted}"
        yield RollupStatement(_add_to_hours(cube, rows), ())


def _replace_in_hours(cube: Cube, order_ids: Sequence[UUID]) -> RollupStatement:
    """Subtract the old and add the new in one statement, because most hours stay as they were."""
    current = _row_builder(cube, order_ids)
    columns = _counted_expressions(cube, current)
    added = ", ".join(f'{text} AS "{name}"' for name, text in columns.items())
    counted = GroupStatementBuilder(
        current.dialect,
        cube.hours.counted,
        _belongs_to(cube, cube.hours.counted, order_ids),
        {},
        current.reader,
        values=current.values,
    )
    signs = {name: "-" if name in cube.hours.sums else "" for name in columns}
    removed = ", ".join(f'{sign}{counted.own(name)} AS "{name}"' for name, sign in signs.items())
    counted.column(f"{removed}, -1 AS many")
    current.column(f"{added}, 1 AS many")
    rows = f"{counted.select()} UNION ALL {current.select()}"
    return RollupStatement(_add_to_hours(cube, rows), current.values)


def _add_to_hours(cube: Cube, rows: str) -> str:
    """Return the statement that adds the selected rows to the sums of their hours."""
    sums = ("many", *cube.hours.sums)
    words = {NO_DIMENSION: f"'{NO_WORD}'"}
    words |= {
        name: f"COALESCE(\"{dimension.column}\", '{NO_WORD}')"
        for name, dimension in cube.dimensions.items()
    }
    parts = [
        _sums_by_hour(axis, dimension, word, sums)
        for axis in cube.hours.axes
        for dimension, word in words.items()
    ]
    table = cube.hours.table
    updates = ", ".join(f'"{name}" = {table}."{name}" + excluded."{name}"' for name in sums)
    return (
        f"WITH moved AS MATERIALIZED ({rows})"
        f' INSERT INTO "{table}" ("axis", "dimension", "hour", "word", {_quoted(sums)})'
        f" {' UNION ALL '.join(parts)}"
        f' ON CONFLICT ("axis", "dimension", "hour", "word") DO UPDATE SET {updates}'
    )


def _sums_by_hour(axis: str, dimension: str, word: str, columns: Sequence[str]) -> str:
    sums = [f'sum("{name}")' for name in columns]
    return (
        f"SELECT '{axis}', '{dimension}', \"{axis}\", {word}, {', '.join(sums)}"
        f' FROM moved WHERE "{axis}" IS NOT NULL GROUP BY 3, 4'
        f" HAVING {' OR '.join(f'{text} <> 0' for text in sums)}"
    )


def _delete_counted(cube: Cube, order_ids: Sequence[UUID]) -> RollupStatement:
    table = cube.hours.counted
    builder = GroupStatementBuilder(dialect(), table, EVERYTHING, {}, _reader())
    condition = builder.condition(_belongs_to(cube, table, order_ids))
    return RollupStatement(f'DELETE FROM "{table}" WHERE {condition}', builder.values)


def _insert_counted(cube: Cube, order_ids: Sequence[UUID] | None) -> RollupStatement:
    """Store what is counted of each row of these orders, of all orders if `order_ids` is None."""
    builder = _row_builder(cube, order_ids)
    names = dict.fromkeys(("id", cube.hours.order_column))
    columns = {name: builder.own(name) for name in names} | _counted_expressions(cube, builder)
    for text in columns.values():
        builder.column(text)
    return RollupStatement(
        f'INSERT INTO "{cube.hours.counted}" ({_quoted(columns)}) {builder.select()}',
        builder.values,
    )


def _row_builder(cube: Cube, order_ids: Sequence[UUID] | None) -> GroupStatementBuilder:
    condition = EVERYTHING if order_ids is None else _belongs_to(cube, cube.table, order_ids)
    return GroupStatementBuilder(
        dialect(), cube.table, condition, cube.children, _reader(), is_of_few=order_ids is not None
    )


def _counted_expressions(cube: Cube, rows: GroupStatementBuilder) -> dict[str, str]:
    """Map each column of the counted table to the SQL that computes it from a row of the cube."""
    words = {dimension.column: rows.own(dimension.column) for dimension in cube.dimensions.values()}
    hours = {axis: rows.dialect.hour(rows.own(axis)) for axis in cube.hours.axes}
    sums = {name: expression(rows) for name, expression in cube.hours.sums.items()}
    return words | hours | sums


def _counted_columns(cube: Cube) -> Sequence[str]:
    words = (dimension.column for dimension in cube.dimensions.values())
    return (*words, *cube.hours.axes, *cube.hours.sums)


def _belongs_to(cube: Cube, table: str, order_ids: Sequence[UUID]) -> Condition:
    return among(f'"{table}"."{cube.hours.order_column}"', order_ids, IDENTITY)


def _reader() -> Reader:
    return Reader(SYSTEM, datetime.now(UTC))


def _quoted(names: Sequence[str] | Mapping[str, str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
