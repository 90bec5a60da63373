"""Sources of fields: columns, parts of a row, expressions, and rows of other tables.

Each implements `FieldSource`: it writes the SQL expression of a field's JSON.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from strawberry.utils.str_converters import to_camel_case
from tortoise.fields import (
    BooleanField,
    CharField,
    DatetimeField,
    JSONField,
    TextField,
    UUIDField,
)
from tortoise.fields.base import Field as ModelColumn
from tortoise.fields.data import BigIntField, CharEnumFieldInstance, IntField, SmallIntField
from tortoise.models import Model

from access.policy import Audience
from engine.sql.json_dialects import JsonDialect, concatenated, literal, or_null, quoted
from engine.sql.rows import Row
from engine.sql.selection import Field
from engine.sql.statement_builder import FieldSource, Sources, StatementBuilder

Sorting = Sequence[tuple[str, str]]
"""Columns to order by, each with ASC or DESC."""


PLAIN_COLUMNS = (
    CharField,
    TextField,
    DatetimeField,
    BooleanField,
    IntField,
    BigIntField,
    SmallIntField,
)
"""The kinds of columns whose values are shown as they are stored: neither ids nor JSON."""


def plain_columns(model: type[Model]) -> dict[str, FieldSource]:
    """Return the source of every plain column of a table, by the column's name in camelCase.

    A field of the schema that is named like such a column needs no other declaration. Only the
    fields that the schema declares can be read.
    """
    return {
        to_camel_case(name): Column(name)
        for name, column in model._meta.fields_map.items()
        if isinstance(column, PLAIN_COLUMNS)
    }


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row, written as JSON according to its type.

    `is_never_null` says that a nullable column has a value wherever this field is selected.
    """

    name: str
    is_never_null: bool = False

    @property
    def needs_subquery(self) -> bool:
        return False

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        column = row.model._meta.fields_map[self.name]
        if column.null and not self.is_never_null:
            builder.check_null(field)
            return or_null(_column_json(column, row[self.name], builder.dialect))
        return _column_json(column, row[self.name], builder.dialect)


def _column_json(column: "ModelColumn[Any]", value: str, dialect: JsonDialect) -> str:
    match column:
        case JSONField():
            return dialect.json_text(value)
        case DatetimeField():
            return dialect.json_timestamp(value)
        case BooleanField():
            return json_boolean(value)
        case UUIDField() | CharEnumFieldInstance():
            return quoted(f"CAST({value} AS TEXT)")
        case IntField() | BigIntField() | SmallIntField():
            return f"CAST({value} AS TEXT)"
    return dialect.json_string(value)


def json_boolean(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 'true' ELSE 'false' END"


@dataclass(frozen=True, slots=True)
class NodeId:
    """A node's global id: the type's prefix, an underscore, and the row's key."""

    prefix: str
    column: str = "id"

    @property
    def needs_subquery(self) -> bool:
        return False

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        start = literal(f'"{self.prefix}_')
        return f"{start} || CAST({row[self.column]} AS TEXT) || '\"'"


@dataclass(frozen=True, slots=True)
class SqlExpression:
    """An SQL expression of columns of the row; its value is JSON text and never NULL."""

    expression: Callable[[StatementBuilder, Row], str]

    @property
    def needs_subquery(self) -> bool:
        return False

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        return self.expression(builder, row)


@dataclass(frozen=True, slots=True)
class PostProcessed:
    """A value that SQL cannot compute: `finish` makes it in Python from the columns' values."""

    columns: tuple[str, ...]
    finish: Callable[..., Any]

    @property
    def needs_subquery(self) -> bool:
        return False

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        builder.post_processed.add(field)
        first, *others = [Column(name).write(builder, field, row) for name in self.columns]
        values = [first, *(part for other in others for part in ("','", other))]
        return concatenated(["'['", *values, "']'"])


@dataclass(frozen=True, slots=True)
class StaffOnly:
    """A source that only staff may read; for all other viewers it is the JSON `otherwise`."""

    source: FieldSource
    otherwise: str = "'[]'"

    @property
    def needs_subquery(self) -> bool:
        return False

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        if not builder.may_read(Audience.STAFF):
            return self.otherwise
        return self.source.write(builder, field, row)


@dataclass(frozen=True, slots=True)
class EmbeddedObject:
    """An object made of columns of the same row; null if the column `null_with` is NULL."""

    sources: Sources
    null_with: str | None = None

    @property
    def needs_subquery(self) -> bool:
        return False

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        json = builder.object(field.fields, self.sources, row)
        if self.null_with is None:
            return json
        builder.check_null(field)
        return f"CASE WHEN {row[self.null_with]} IS NULL THEN 'null' ELSE {json} END"


class AlwaysNull:
    """A field of a shared type that objects from this table never have."""

    needs_subquery = False

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        builder.check_null(field)
        return "'null'"


ALWAYS_NULL = AlwaysNull()


@dataclass(frozen=True, slots=True)
class ToOne:
    """The row of another table whose column `key` equals this row's column `by`, if it is within
    the viewer's bounds."""

    model: type[Model]
    by: str
    key: str = "id"

    @property
    def needs_subquery(self) -> bool:
        return True

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        other = builder.row(self.model)
        json = builder.object_of_row(field, other)
        if row.model._meta.fields_map[self.by].null or builder.is_bounded(self.model):
            builder.check_null(field)
        where = builder.within_bounds(other, f"{other[self.key]} = {row[self.by]}")
        return or_null(f"(SELECT {json} FROM {other.source} WHERE {where})")


@dataclass(frozen=True, slots=True)
class ToMany:
    """The rows of another table, within the viewer's bounds, whose column `by` holds this row's
    id."""

    model: type[Model]
    by: str
    sorting: Sorting

    @property
    def needs_subquery(self) -> bool:
        return True

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        other = builder.row(self.model)
        json = builder.object_of_row(field, other)
        order_by = ", ".join(f"{other[column]} {direction}" for column, direction in self.sorting)
        where = builder.within_bounds(other, f"{other[self.by]} = {row['id']}")
        return builder.json_array(json, f"{other.source} WHERE {where} ORDER BY {order_by}")
