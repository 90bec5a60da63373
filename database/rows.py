"""Rows in bulk: many rows of a table, read or written by one statement, a dictionary for each.

Tortoise makes a row value by value. Where hundreds of them are touched to record one call's news,
that would take most of its time; here the driver's values become the row's, all at once, and
only what the driver does not know is converted. On PostgreSQL a statement's text does not depend
on how many rows it is for, so that it is prepared once.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import orjson
from tortoise import Model, fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.fields.data import CharEnumFieldInstance

from database.columns import to_json
from database.connections import connection, is_postgres

Row = TypeVar("Row", bound=Model)
Convert = Callable[[Any], Any]

_AMONG = re.compile(r"AMONG (\d)")


@dataclass(frozen=True, slots=True)
class Table:
    """What reading and writing a model's rows takes on one engine; fields are named as columns."""

    name: str
    key: str
    columns: tuple[str, ...]
    from_database: dict[str, Convert]
    to_database: dict[str, Convert]


@cache
def _table(model: type[Model], is_postgres: bool) -> Table:
    meta = model._meta
    columns = tuple(meta.fields_db_projection)
    of = {name: _conversions(meta.fields_map[name], is_postgres) for name in columns}
    return Table(
        meta.db_table,
        meta.db_pk_column,
        columns,
        {name: found[0] for name, found in of.items() if found[0]},
        {name: found[1] for name, found in of.items() if found[1]},
    )


def _conversions(
    field: fields.Field[Any], is_postgres: bool
) -> tuple[Convert | None, Convert | None]:
    """What the driver gives as the row has it, and back; None: it is the same."""
    if isinstance(field, CharEnumFieldInstance):
        return {member.value: member for member in field.enum_type}.__getitem__, None
    if isinstance(field, fields.JSONField):
        return orjson.loads, to_json
    if is_postgres:
        return None, None
    if isinstance(field, fields.DatetimeField):
        return datetime.fromisoformat, None
    if isinstance(field, fields.UUIDField):
        return UUID, str
    return (bool, None) if isinstance(field, fields.BooleanField) else (None, None)


def columns_of(model: type[Model]) -> tuple[str, ...]:
    return tuple(model._meta.fields_db_projection)


async def read(
    model: type[Row],
    where: str,
    *lists: Iterable[Any],
    columns: tuple[str, ...] = (),
    is_locked: bool = False,
) -> list[Row]:
    """The rows that the condition admits; `column AMONG 1` is: in the first of the lists.

    Of a row that is read for some columns, no other can be asked.
    """
    client = connection()
    postgres = is_postgres(client)
    table = _table(model, postgres)
    columns = columns or table.columns
    statement = _select(model, columns, where, postgres, is_locked and postgres)
    given = [list(one) if postgres else to_json([str(value) for value in one]) for one in lists]
    convert = [(name, table.from_database[name]) for name in columns if name in table.from_database]
    rows = []
    for found in (await client.execute_query(statement, given))[1]:
        values = dict(zip(columns, found, strict=True))
        for name, function in convert:
            if values[name] is not None:
                values[name] = function(values[name])
        rows.append(_as_row(model, values))
    return rows


async def read_values(
    model: type[Model], columns: tuple[str, ...], where: str, *lists: Iterable[Any]
) -> list[tuple[Any, ...]]:
    """The same, but of each row only these values."""
    rows = await read(model, where, *lists, columns=columns)
    return [tuple(vars(row).values()) for row in rows]


@cache
def _select(
    model: type[Model], columns: tuple[str, ...], where: str, is_postgres: bool, is_locked: bool
) -> str:
    among = r"= ANY($\1)" if is_postgres else r"IN (SELECT value FROM json_each(?\1))"
    table = _table(model, is_postgres).name
    lock = " FOR UPDATE" if is_locked else ""
    return f"SELECT {', '.join(columns)} FROM {table} WHERE {_AMONG.sub(among, where)}{lock}"


def new_row(model: type[Row], **values: Any) -> Row:
    """A row that is not in its table yet; what is not given is the column's default."""
    constant, made = _defaults(model)
    row = {**constant, **values}
    for name, make in made:
        if name not in values:
            row[name] = make()
    return _as_row(model, row)


@cache
def _defaults(model: type[Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    defaults = {
        name: model._meta.fields_map[name].default for name in model._meta.fields_db_projection
    }
    made = [(name, default) for name, default in defaults.items() if callable(default)]
    return {name: one for name, one in defaults.items() if not callable(one)}, made


def _as_row(model: type[Row], values: dict[str, Any]) -> Row:
    """Only the values: what Tortoise notes besides is for its own ways of saving."""
    row = model.__new__(model)
    row.__dict__ = values
    return row


async def insert(rows: Sequence[Model]) -> None:
    """New rows of one model."""
    if rows:
        client, model = connection(), type(rows[0])
        columns = _table(model, is_postgres(client)).columns
        await _send(client, rows, columns, _insert(model, is_postgres(client)))


@cache
def _insert(model: type[Model], is_postgres: bool) -> str:
    table = _table(model, is_postgres)
    columns = ", ".join(table.columns)
    if is_postgres:
        source = f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table.name}, $1::jsonb)"
    else:
        source = f"VALUES ({', '.join('?' for _ in table.columns)})"
    return f"INSERT INTO {table.name} ({columns}) {source}"


async def update(rows: Sequence[Model], names: tuple[str, ...]) -> None:
    """These columns of rows of one model."""
    if rows and names:
        client, model = connection(), type(rows[0])
        key = _table(model, is_postgres(client)).key
        await _send(client, rows, (*names, key), _update(model, names, is_postgres(client)))


@cache
def _update(model: type[Model], names: tuple[str, ...], is_postgres: bool) -> str:
    table = _table(model, is_postgres)
    if not is_postgres:
        put = ", ".join(f"{name} = ?" for name in names)
        return f"UPDATE {table.name} SET {put} WHERE {table.key} = ?"
    put = ", ".join(f"{name} = new.{name}" for name in names)
    return (
        f"UPDATE {table.name} AS old SET {put}"
        f" FROM jsonb_populate_recordset(NULL::{table.name}, $1::jsonb) AS new"
        f" WHERE old.{table.key} = new.{table.key}"
    )


async def _send(
    client: BaseDBAsyncClient, rows: Sequence[Model], columns: tuple[str, ...], statement: str
) -> None:
    if is_postgres(client):
        await client.execute_query(statement, [as_json(rows, columns)])
    else:
        await client.execute_many(statement, _as_lists(rows, columns))


def _as_lists(rows: Sequence[Model], columns: tuple[str, ...]) -> list[list[Any]]:
    """As SQLite's driver takes them."""
    convert = _table(type(rows[0]), is_postgres=False).to_database
    functions = [(name, convert.get(name)) for name in columns]
    return [
        [
            value if function is None or value is None else function(value)
            for value, function in ((own[name], function) for name, function in functions)
        ]
        for own in map(vars, rows)
    ]


def as_json(rows: Iterable[Model], columns: tuple[str, ...]) -> str:
    """The rows as PostgreSQL can read them back."""
    plain = []
    for row in rows:
        own = vars(row)
        plain.append({name: own[name] for name in columns})
    return orjson.dumps(plain, default=str).decode()
