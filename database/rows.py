"""Bulk rows: one statement reads or writes many rows of a table.

Tortoise builds a row value by value. A call that records events touches hundreds of rows, and would
spend most of its time on that. Here the driver's values become the row's dictionary at once, and
only values of types that the driver does not know are converted. On PostgreSQL the text of a
statement does not depend on the number of rows, so that it is prepared once.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

import orjson
from tortoise import Model
from tortoise.backends.base.client import BaseDBAsyncClient

from database.columns import to_json
from database.connections import connection, is_postgres
from database.tables import table_of
from runtime.turns import in_turns

Row = TypeVar("Row", bound=Model)

FOR_UPDATE = {False: " FOR UPDATE", True: " FOR UPDATE SKIP LOCKED"}
"""The end of a statement that locks rows; the key tells whether it leaves out locked ones."""

PORTION, WRITTEN = 250, 2_000
"""Rows that are read at once, and those that one statement writes, before others have a turn."""

_AMONG = re.compile(r"AMONG (\d)")


async def read(
    model: type[Row],
    where: str,
    *lists: Iterable[Any],
    columns: tuple[str, ...] = (),
    is_locked: bool = False,
    skips_locked: bool = False,
) -> list[Row]:
    """Return the rows that the SQL condition admits, locked until the commit if `is_locked`.

    With `skips_locked` as well, rows that another transaction has locked are left out.

    `column AMONG 1` in the condition means that the column's value is in the first of `lists`. If
    `columns` are named, accessing another attribute of a row raises AttributeError.
    """
    client = connection()
    postgres = is_postgres(client)
    table = table_of(model, postgres)
    columns = columns or table.columns
    lock = FOR_UPDATE[skips_locked] if is_locked and postgres else ""
    statement = _select(model, columns, where, postgres, lock)
    parameters = [
        list(values) if postgres else to_json([str(value) for value in values]) for values in lists
    ]
    records = (await client.execute_query(statement, parameters))[1]
    rows: list[Row] = []
    async for start in in_turns(range(0, len(records), PORTION)):
        rows += from_records(model, columns, records[start : start + PORTION])
    return rows


def from_records(
    model: type[Row], columns: tuple[str, ...], records: Iterable[Iterable[Any]]
) -> list[Row]:
    """Return the rows of these records of the driver, whose values are those of the columns."""
    conversions = table_of(model, is_postgres()).from_database
    convert = [(name, conversions[name]) for name in columns if name in conversions]
    rows = []
    for record in records:
        values = dict(zip(columns, record, strict=True))
        for name, function in convert:
            if values[name] is not None:
                values[name] = function(values[name])
        rows.append(_as_row(model, values))
    return rows


async def read_values(
    model: type[Model],
    columns: tuple[str, ...],
    where: str,
    *lists: Iterable[Any],
    is_locked: bool = False,
    skips_locked: bool = False,
) -> list[tuple[Any, ...]]:
    """Return only the values of these columns, for each row that `read` would return."""
    rows = await read(
        model, where, *lists, columns=columns, is_locked=is_locked, skips_locked=skips_locked
    )
    return [tuple(vars(row).values()) for row in rows]


@cache
def _select(
    model: type[Model], columns: tuple[str, ...], where: str, is_postgres: bool, lock: str
) -> str:
    among = r"= ANY($\1)" if is_postgres else r"IN (SELECT value FROM json_each(?\1))"
    table = table_of(model, is_postgres).name
    return f"SELECT {', '.join(columns)} FROM {table} WHERE {_AMONG.sub(among, where)}{lock}"


def new_row(model: type[Row], **values: Any) -> Row:
    """Return a row that is not stored yet. Columns without a value get their defaults."""
    constants, factories = _defaults(model)
    row = {**constants, **values}
    for name, factory in factories:
        if name not in values:
            row[name] = factory()
    return _as_row(model, row)


@cache
def _defaults(model: type[Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    defaults = {
        name: model._meta.fields_map[name].default for name in model._meta.fields_db_projection
    }
    factories = [(name, default) for name, default in defaults.items() if callable(default)]
    constants = {name: default for name, default in defaults.items() if not callable(default)}
    return constants, factories


def _as_row(model: type[Row], values: dict[str, Any]) -> Row:
    """Return a row with these values, without the attributes that Tortoise's own saving needs."""
    row = model.__new__(model)
    row.__dict__ = values
    return row


async def insert(rows: Sequence[Model]) -> None:
    """Insert rows, all of one model."""
    if rows:
        client, model = connection(), type(rows[0])
        columns = table_of(model, is_postgres(client)).columns
        await _execute(client, rows, columns, _insert(model, is_postgres(client)))


@cache
def _insert(model: type[Model], is_postgres: bool) -> str:
    table = table_of(model, is_postgres)
    columns = ", ".join(table.columns)
    if is_postgres:
        source = f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table.name}, $1::jsonb)"
    else:
        source = f"VALUES ({', '.join('?' for _ in table.columns)})"
    return f"INSERT INTO {table.name} ({columns}) {source}"


async def update(rows: Sequence[Model], names: tuple[str, ...]) -> None:
    """Write these columns of rows, all of one model."""
    if rows and names:
        client, model = connection(), type(rows[0])
        key = table_of(model, is_postgres(client)).key
        await _execute(client, rows, (*names, key), _update(model, names, is_postgres(client)))


@cache
def _update(model: type[Model], names: tuple[str, ...], is_postgres: bool) -> str:
    table = table_of(model, is_postgres)
    if not is_postgres:
        assignments = ", ".join(f"{name} = ?" for name in names)
        return f"UPDATE {table.name} SET {assignments} WHERE {table.key} = ?"
    assignments = ", ".join(f"{name} = new.{name}" for name in names)
    return (
        f"UPDATE {table.name} AS old SET {assignments}"
        f" FROM jsonb_populate_recordset(NULL::{table.name}, $1::jsonb) AS new"
        f" WHERE old.{table.key} = new.{table.key}"
    )


async def delete(rows: Sequence[Model]) -> None:
    """Delete rows, all of one model."""
    if rows:
        client, model = connection(), type(rows[0])
        key = table_of(model, is_postgres(client)).key
        await _execute(client, rows, (key,), _delete(model, is_postgres(client)))


@cache
def _delete(model: type[Model], is_postgres: bool) -> str:
    table = table_of(model, is_postgres)
    if not is_postgres:
        return f"DELETE FROM {table.name} WHERE {table.key} = ?"
    return (
        f"DELETE FROM {table.name} AS old"
        f" USING jsonb_populate_recordset(NULL::{table.name}, $1::jsonb) AS gone"
        f" WHERE old.{table.key} = gone.{table.key}"
    )


async def _execute(
    client: BaseDBAsyncClient, rows: Sequence[Model], columns: tuple[str, ...], statement: str
) -> None:
    for start in range(0, len(rows), WRITTEN):
        portion = rows[start : start + WRITTEN]
        if is_postgres(client):
            await client.execute_query(statement, [as_json(portion, columns)])
        else:
            await client.execute_many(statement, _sqlite_parameters(portion, columns))


def _sqlite_parameters(rows: Sequence[Model], columns: tuple[str, ...]) -> list[list[Any]]:
    """Return the values of each row as SQLite's driver takes them."""
    convert = table_of(type(rows[0]), is_postgres=False).to_database
    functions = [(name, convert.get(name)) for name in columns]
    return [
        [
            value if function is None or value is None else function(value)
            for value, function in ((values[name], function) for name, function in functions)
        ]
        for values in map(vars, rows)
    ]


def as_json(rows: Iterable[Model], columns: tuple[str, ...]) -> str:
    """Return the rows as JSON that PostgreSQL's jsonb_populate_recordset reads."""
    objects = []
    for row in rows:
        values = vars(row)
        objects.append({name: values[name] for name in columns})
    return orjson.dumps(objects, default=str).decode()
