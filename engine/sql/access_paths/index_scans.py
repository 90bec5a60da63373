"""Scans of a composite index: the predicate on its leading columns, and merged scans."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from engine.sql.access_paths.access_path import AccessPath
from engine.sql.access_paths.index_columns import IndexColumn
from engine.sql.conditions import Condition

SELECTIVE_COLUMNS = 3
"""From this number of equal columns on, PostgreSQL expects few rows without the help of a range."""
PAGE = "ORDER BY {order} LIMIT {size}"


def merged_index_scans(table: str, columns: Sequence[IndexColumn], rest: Condition) -> AccessPath:
    """Merge one index scan per combination of values: PostgreSQL's MergeAppend stops each of them
    as soon as the page is full."""
    combinations = product(*[column.padded for column in columns])
    conditions = [_scanned(table, columns, values) & rest for values in combinations]
    rows = [
        f'FROM "{table}" WHERE {condition.text} AND {{within}} {PAGE}' for condition in conditions
    ]
    values = tuple(value for condition in conditions for value in condition.values)
    if len(rows) == 1:
        return AccessPath(Condition(f"SELECT {{columns}} {rows[0]}", values))
    scans = " UNION ALL ".join(f'(SELECT "{table}".* {scan})' for scan in rows)
    return AccessPath(Condition(f'SELECT {{columns}} FROM ({scans}) AS "{table}" {PAGE}', values))


def equal_columns(
    table: str, columns: Sequence[IndexColumn], values: Sequence[str], *, is_bounded: bool
) -> str:
    """Return the predicate that an index's leading columns equal these SQL expressions.

    If bounded, the first value is also given as both ends of a range, which admits the same rows.
    But PostgreSQL expects so few rows in a range that it never walks the list's own order in the
    hope of meeting them, as it would for a column with few distinct values.
    """
    texts = [column.sql(table) for column in columns]
    equal = [f"{text} = {value}" for text, value in zip(texts, values, strict=True)]
    bounds = [f"{texts[0]} {operator} {values[0]}" for operator in (">=", "<=")]
    return " AND ".join([*(bounds if is_bounded else []), *equal])


def _scanned(table: str, columns: Sequence[IndexColumn], values: Sequence[Any]) -> Condition:
    """Return the condition of one scan: one value per column. Even values that could stand in the
    text are parameters, or the planner would know how many rows have them and take another index
    for a rare one."""
    is_bounded = len(columns) < SELECTIVE_COLUMNS
    placeholders = [f"?::{column.kind}" for column in columns]
    bounds = (values[0], values[0]) if is_bounded else ()
    text = equal_columns(table, columns, placeholders, is_bounded=is_bounded)
    return Condition(text, (*bounds, *values))
