"""Where fields come from: columns, parts of a row, JSON inside a column, rows of other tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from strawberry.utils.str_converters import to_camel_case
from tortoise.fields import BooleanField, DatetimeField, JSONField, UUIDField
from tortoise.fields.base import Field as ModelColumn
from tortoise.fields.data import BigIntField, CharEnumFieldInstance, IntField, SmallIntField
from tortoise.models import Model

from access.policy import Audience
from engine.sql.json_dialects import Dialect, concatenated, literal, or_null, quoted
from engine.sql.rows import Row
from engine.sql.selection import Field
from engine.sql.statement_builder import FieldSource, Sources, StatementBuilder

Order = Sequence[tuple[str, str]]
"""Columns, each with ASC or DESC."""


def columns(*names: str) -> dict[str, FieldSource]:
    """Fields that are called as their columns are."""
    return {to_camel_case(name): Column(name) for name in names}


@dataclass(frozen=True, slots=True)
class Column:
    """A column, as JSON has values of its kind.

    `is_given`: it may be missing, but not where this field stands.
    """

    name: str
    is_given: bool = False

    @property
    def reads_rows(self) -> bool:
        return False

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        column = row.model._meta.fields_map[self.name]
        if column.null and not self.is_given:
            writing.may_lack(field)
            return or_null(_json_of(column, row[self.name], writing.dialect))
        return _json_of(column, row[self.name], writing.dialect)


def _json_of(column: "ModelColumn[Any]", value: str, dialect: Dialect) -> str:
    match column:
        case JSONField():
            return dialect.whole(value)
        case DatetimeField():
            return dialect.quoted_moment(value)
        case BooleanField():
            return json_boolean(value)
        case UUIDField() | CharEnumFieldInstance():
            return quoted(f"CAST({value} AS TEXT)")
        case IntField() | BigIntField() | SmallIntField():
            return f"CAST({value} AS TEXT)"
    return dialect.text(value)


def json_boolean(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 'true' ELSE 'false' END"


@dataclass(frozen=True, slots=True)
class Identity:
    """A node's id, which begins with the name of its type."""

    type: str
    column: str = "id"

    @property
    def reads_rows(self) -> bool:
        return False

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        start = literal(f'"{self.type}_')
        return f"{start} || CAST({row[self.column]} AS TEXT) || '\"'"


@dataclass(frozen=True, slots=True)
class SqlExpression:
    """An expression of JSON text, never NULL, made of columns of the row."""

    by: Callable[[StatementBuilder, Row], str]

    @property
    def reads_rows(self) -> bool:
        return False

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        return self.by(writing, row)


@dataclass(frozen=True, slots=True)
class PostProcessed:
    """What SQL cannot say: made in Python from values of these columns."""

    columns: tuple[str, ...]
    finish: Callable[..., Any]

    @property
    def reads_rows(self) -> bool:
        return False

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        writing.finished.add(field)
        first, *others = [Column(name).write(writing, field, row) for name in self.columns]
        values = [first, *(part for other in others for part in ("','", other))]
        return concatenated(["'['", *values, "']'"])


@dataclass(frozen=True, slots=True)
class ForStaff:
    """Something that stands empty for all others."""

    source: FieldSource
    otherwise: str = "'[]'"

    @property
    def reads_rows(self) -> bool:
        return False

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        if not writing.may_read(Audience.STAFF):
            return self.otherwise
        return self.source.write(writing, field, row)


@dataclass(frozen=True, slots=True)
class Part:
    """Some columns of the row as an object of their own; null where the column `if_given` is."""

    sources: Sources
    if_given: str | None = None

    @property
    def reads_rows(self) -> bool:
        return False

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        written = writing.object(field.fields, self.sources, row)
        if self.if_given is None:
            return written
        writing.may_lack(field)
        return f"CASE WHEN {row[self.if_given]} IS NULL THEN 'null' ELSE {written} END"


class Absent:
    """A field that this thing never has."""

    reads_rows = False

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        writing.may_lack(field)
        return "'null'"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class ToOne:
    """The row of another table that a column names."""

    model: type[Model]
    by: str
    key: str = "id"

    @property
    def reads_rows(self) -> bool:
        return True

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        other = writing.row(self.model)
        thing = writing.thing(field, other)
        if row.model._meta.fields_map[self.by].null:
            writing.may_lack(field)
        where = f"{other[self.key]} = {row[self.by]}"
        return or_null(f"(SELECT {thing} FROM {other.source} WHERE {where})")


@dataclass(frozen=True, slots=True)
class ToMany:
    """The rows of another table that name this one."""

    model: type[Model]
    by: str
    order: Order

    @property
    def reads_rows(self) -> bool:
        return True

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        other = writing.row(self.model)
        thing = writing.thing(field, other)
        order = ", ".join(f"{other[column]} {direction}" for column, direction in self.order)
        where = f"{other[self.by]} = {row['id']}"
        return writing.list_of(thing, f"{other.source} WHERE {where} ORDER BY {order}")
