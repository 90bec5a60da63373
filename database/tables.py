"""Tables: the columns of models, and how their values are converted for each database engine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from tortoise import Model, fields
from tortoise.fields.data import CharEnumFieldInstance

from database.columns import to_json

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a model, and the conversions of its values, on one database engine.

    Fields have the names of their columns.
    """

    name: str
    key: str
    columns: tuple[str, ...]
    from_database: dict[str, Convert]
    to_database: dict[str, Convert]


@cache
def table_of(model: type[Model], is_postgres: bool) -> Table:
    """Return the table of a model on this engine."""
    meta = model._meta
    columns = tuple(meta.fields_db_projection)
    conversions = {name: _conversions(meta.fields_map[name], is_postgres) for name in columns}
    return Table(
        meta.db_table,
        meta.db_pk_column,
        columns,
        {name: convert[0] for name, convert in conversions.items() if convert[0]},
        {name: convert[1] for name, convert in conversions.items() if convert[1]},
    )


def _conversions(
    field: fields.Field[Any], is_postgres: bool
) -> tuple[Convert | None, Convert | None]:
    """Return the conversions from the driver's value to the row's and back, None where they are
    equal."""
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
    """Return the names of the model's columns in their order."""
    return tuple(model._meta.fields_db_projection)
