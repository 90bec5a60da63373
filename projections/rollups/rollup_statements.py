"""The statements that add the rows of a cube to its hourly sums."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from access.viewer import SYSTEM
from engine.sql.conditions import EVERYTHING, IDENTITY, Condition, among
from engine.sql.selection import Reader
from models.rollups import NO_DIMENSION, NO_VALUE
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
    """Bring the sums up to date for these orders: subtract what their rows have contributed, and
    add what they contribute now."""
    for cube in CUBES:
        yield _replace_in_hours(cube, order_ids)
        yield _delete_contributions(cube, order_ids)
        yield _insert_contributions(cube, order_ids)
        yield RollupStatement(f'DELETE FROM "{cube.rollup.table}" WHERE row_count = 0', ())


def rebuild_statements() -> Iterator[RollupStatement]:
    """Compute the sums of all orders from their rows, whatever they were before."""
    for cube in CUBES:
        yield RollupStatement(f'DELETE FROM "{cube.rollup.table}"', ())
        yield RollupStatement(f'DELETE FROM "{cube.rollup.contributions}"', ())
        yield _insert_contributions(cube, None)
        columns = _quoted(_contribution_columns(cube))
        rows = f"SELECT {columns}, 1 AS row_count FROM {cube.rollup.contributions}"
        yield RollupStatement(_add_to_hours(cube, rows), ())


def _replace_in_hours(cube: Cube, order_ids: Sequence[UUID]) -> RollupStatement:
    """Subtract the old and add the new in one statement, because most hours stay as they were."""
    current = _row_builder(cube, order_ids)
    columns = _contribution_expressions(cube, current)
    added = ", ".join(f'{text} AS "{name}"' for name, text in columns.items())
    previous = GroupStatementBuilder(
        current.dialect,
        cube.rollup.contributions,
        _belongs_to(cube, cube.rollup.contributions, order_ids),
        {},
        current.reader,
        values=current.values,
    )
    signs = {name: "-" if name in cube.rollup.sums else "" for name in columns}
    removed = ", ".join(
        f'{sign}{previous.column(name)} AS "{name}"' for name, sign in signs.items()
    )
    previous.add_column(f"{removed}, -1 AS row_count")
    current.add_column(f"{added}, 1 AS row_count")
    rows = f"{previous.select()} UNION ALL {current.select()}"
    return RollupStatement(_add_to_hours(cube, rows), current.values)


def _add_to_hours(cube: Cube, rows: str) -> str:
    """Return the statement that adds the selected rows to the sums of their hours."""
    sums = ("row_count", *cube.rollup.sums)
    values = {NO_DIMENSION: f"'{NO_VALUE}'"}
    values |= {
        name: f"COALESCE(\"{dimension.column}\", '{NO_VALUE}')"
        for name, dimension in cube.dimensions.items()
    }
    parts = [
        _sums_by_hour(axis, dimension, value, sums)
        for axis in cube.rollup.axes
        for dimension, value in values.items()
    ]
    table = cube.rollup.table
    updates = ", ".join(f'"{name}" = {table}."{name}" + excluded."{name}"' for name in sums)
    return (
        f"WITH moved AS MATERIALIZED ({rows})"
        f' INSERT INTO "{table}" ("axis", "dimension", "hour", "dimension_value", {_quoted(sums)})'
        f" {' UNION ALL '.join(parts)}"
        f' ON CONFLICT ("axis", "dimension", "hour", "dimension_value") DO UPDATE SET {updates}'
    )


def _sums_by_hour(axis: str, dimension: str, value: str, columns: Sequence[str]) -> str:
    sums = [f'sum("{name}")' for name in columns]
    return (
        f"SELECT '{axis}', '{dimension}', \"{axis}\", {value}, {', '.join(sums)}"
        f' FROM moved WHERE "{axis}" IS NOT NULL GROUP BY 3, 4'
        f" HAVING {' OR '.join(f'{text} <> 0' for text in sums)}"
    )


def _delete_contributions(cube: Cube, order_ids: Sequence[UUID]) -> RollupStatement:
    table = cube.rollup.contributions
    builder = GroupStatementBuilder(dialect(), table, EVERYTHING, {}, _reader())
    condition = builder.condition(_belongs_to(cube, table, order_ids))
    return RollupStatement(f'DELETE FROM "{table}" WHERE {condition}', builder.values)


def _insert_contributions(cube: Cube, order_ids: Sequence[UUID] | None) -> RollupStatement:
    """Store what each row of these orders contributes, of all orders if `order_ids` is None."""
    builder = _row_builder(cube, order_ids)
    names = dict.fromkeys(("id", cube.rollup.order_column))
    columns = {name: builder.column(name) for name in names} | _contribution_expressions(
        cube, builder
    )
    for text in columns.values():
        builder.add_column(text)
    return RollupStatement(
        f'INSERT INTO "{cube.rollup.contributions}" ({_quoted(columns)}) {builder.select()}',
        builder.values,
    )


def _row_builder(cube: Cube, order_ids: Sequence[UUID] | None) -> GroupStatementBuilder:
    condition = EVERYTHING if order_ids is None else _belongs_to(cube, cube.table, order_ids)
    return GroupStatementBuilder(
        dialect(),
        cube.table,
        condition,
        cube.children,
        _reader(),
        has_few_parents=order_ids is not None,
    )


def _contribution_expressions(cube: Cube, rows: GroupStatementBuilder) -> dict[str, str]:
    """Map each column of the contributions to the SQL that computes it from a row of the cube."""
    dimensions = {
        dimension.column: rows.column(dimension.column) for dimension in cube.dimensions.values()
    }
    hours = {axis: rows.dialect.hour(rows.column(axis)) for axis in cube.rollup.axes}
    sums = {name: expression(rows) for name, expression in cube.rollup.sums.items()}
    return dimensions | hours | sums


def _contribution_columns(cube: Cube) -> Sequence[str]:
    columns = (dimension.column for dimension in cube.dimensions.values())
    return (*columns, *cube.rollup.axes, *cube.rollup.sums)


def _belongs_to(cube: Cube, table: str, order_ids: Sequence[UUID]) -> Condition:
    return among(f'"{table}"."{cube.rollup.order_column}"', order_ids, IDENTITY)


def _reader() -> Reader:
    return Reader(SYSTEM, datetime.now(UTC))


def _quoted(names: Sequence[str] | Mapping[str, str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
