"""The statements that count a noun's rows into its hours."""

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

NOUNS = (ORDERS, SHIPMENTS, EXCEPTIONS)


@dataclass(frozen=True, slots=True)
class Step:
    text: str
    values: Sequence[Any]


def recounted(order_ids: Sequence[UUID]) -> Iterator[Step]:
    """What is counted of these orders becomes what their rows are now."""
    for noun in NOUNS:
        yield _moved(noun, order_ids)
        yield _forgotten(noun, order_ids)
        yield _counted(noun, order_ids)
        yield Step(f'DELETE FROM "{noun.hours.table}" WHERE many = 0', ())


def counted_anew() -> Iterator[Step]:
    """The same of all orders, whatever was counted before."""
    for noun in NOUNS:
        yield Step(f'DELETE FROM "{noun.hours.table}"', ())
        yield Step(f'DELETE FROM "{noun.hours.counted}"', ())
        yield _counted(noun, None)
        added = f"SELECT {_listed(_columns(noun))}, 1 AS many FROM {noun.hours.counted}"
        yield Step(_added(noun, added), ())


def _moved(noun: Cube, order_ids: Sequence[UUID]) -> Step:
    """What was counted is taken from the hours and what is there now is added, in one step: most
    of it stays where it was."""
    writing = _rows(noun, order_ids)
    columns = _read(noun, writing)
    rows = ", ".join(f'{text} AS "{name}"' for name, text in columns.items())
    counted = GroupStatementBuilder(
        writing.dialect,
        noun.hours.counted,
        _of_orders(noun, noun.hours.counted, order_ids),
        {},
        writing.reader,
        values=writing.values,
    )
    signs = {name: "-" if name in noun.hours.sums else "" for name in columns}
    taken = ", ".join(f'{sign}{counted.own(name)} AS "{name}"' for name, sign in signs.items())
    counted.column(f"{taken}, -1 AS many")
    writing.column(f"{rows}, 1 AS many")
    moved = f"{counted.select()} UNION ALL {writing.select()}"
    return Step(_added(noun, moved), writing.values)


def _added(noun: Cube, moved: str) -> str:
    """To the hours, the sums of what has moved."""
    names = ("many", *noun.hours.sums)
    words = {NO_DIMENSION: f"'{NO_WORD}'"}
    words |= {
        word: f"COALESCE(\"{one.column}\", '{NO_WORD}')" for word, one in noun.dimensions.items()
    }
    parts = [
        _part(axis, dimension, word, names)
        for axis in noun.hours.axes
        for dimension, word in words.items()
    ]
    put = ", ".join(f'"{name}" = {noun.hours.table}."{name}" + excluded."{name}"' for name in names)
    return (
        f"WITH moved AS MATERIALIZED ({moved})"
        f' INSERT INTO "{noun.hours.table}" ("axis", "dimension", "hour", "word", {_listed(names)})'
        f" {' UNION ALL '.join(parts)}"
        f' ON CONFLICT ("axis", "dimension", "hour", "word") DO UPDATE SET {put}'
    )


def _part(axis: str, dimension: str, word: str, names: Sequence[str]) -> str:
    sums = [f'sum("{name}")' for name in names]
    return (
        f"SELECT '{axis}', '{dimension}', \"{axis}\", {word}, {', '.join(sums)}"
        f' FROM moved WHERE "{axis}" IS NOT NULL GROUP BY 3, 4'
        f" HAVING {' OR '.join(f'{one} <> 0' for one in sums)}"
    )


def _forgotten(noun: Cube, order_ids: Sequence[UUID]) -> Step:
    table = noun.hours.counted
    writing = GroupStatementBuilder(dialect(), table, EVERYTHING, {}, _reader())
    which = writing.condition(_of_orders(noun, table, order_ids))
    return Step(f'DELETE FROM "{table}" WHERE {which}', writing.values)


def _counted(noun: Cube, order_ids: Sequence[UUID] | None) -> Step:
    """Of all orders, if none are named."""
    writing = _rows(noun, order_ids)
    names = dict.fromkeys(("id", noun.hours.order_column))
    columns = {name: writing.own(name) for name in names} | _read(noun, writing)
    for text in columns.values():
        writing.column(text)
    return Step(
        f'INSERT INTO "{noun.hours.counted}" ({_listed(columns)}) {writing.select()}',
        writing.values,
    )


def _rows(noun: Cube, order_ids: Sequence[UUID] | None) -> GroupStatementBuilder:
    is_of_few = order_ids is not None
    which = EVERYTHING if order_ids is None else _of_orders(noun, noun.table, order_ids)
    return GroupStatementBuilder(
        dialect(), noun.table, which, noun.children, _reader(), is_of_few=is_of_few
    )


def _read(noun: Cube, rows: GroupStatementBuilder) -> dict[str, str]:
    """What is counted of a row, by the columns of what is counted."""
    words = {one.column: rows.own(one.column) for one in noun.dimensions.values()}
    moments = {axis: rows.dialect.hour(rows.own(axis)) for axis in noun.hours.axes}
    sums = {name: of(rows) for name, of in noun.hours.sums.items()}
    return words | moments | sums


def _columns(noun: Cube) -> Sequence[str]:
    words = (one.column for one in noun.dimensions.values())
    return (*words, *noun.hours.axes, *noun.hours.sums)


def _of_orders(noun: Cube, table: str, order_ids: Sequence[UUID]) -> Condition:
    return among(f'"{table}"."{noun.hours.order_column}"', order_ids, IDENTITY)


def _reader() -> Reader:
    return Reader(SYSTEM, datetime.now(UTC))


def _listed(names: Sequence[str] | Mapping[str, str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
