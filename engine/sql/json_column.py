"""Sources of fields that are stored inside a JSON column.

A command writes such a column as a whole, so no required member is missing in it.
"""

from dataclasses import dataclass

from strawberry.utils.str_converters import to_snake_case
from tortoise.models import Model

from engine.sql.json_dialects import or_null
from engine.sql.rows import Row
from engine.sql.selection import Field
from engine.sql.statement_builder import StatementBuilder


@dataclass(frozen=True, slots=True)
class _JsonSource:
    """A source that reads the value of a JSON column, or its `member`. Keys are in snake_case."""

    column: str
    member: str | None = None

    @property
    def needs_subquery(self) -> bool:
        return False

    def _value(self, builder: StatementBuilder, row: Row) -> str:
        value = row[self.column]
        return value if self.member is None else builder.dialect.member(value, self.member)


class JsonMember(_JsonSource):
    """An object in a JSON column."""

    __slots__ = ()

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        value = self._value(builder, row)
        builder.check_null(field)
        is_missing = f"{value} IS NULL OR CAST({value} AS TEXT) = 'null'"
        return f"CASE WHEN {is_missing} THEN 'null' ELSE {_object(builder, field, value)} END"


class JsonMemberList(_JsonSource):
    """A list of objects in a JSON column; it is empty if the value is absent."""

    __slots__ = ()

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        element = builder.alias()
        rows = builder.dialect.elements(self._value(builder, row), element)
        return builder.json_array(_object(builder, field, f"{element}.value"), rows)


def _object(builder: StatementBuilder, field: Field, value: str) -> str:
    members: dict[str, str] = {}
    for member in field.fields:
        if member.refusal is not None or member.name == "__typename":
            members[member.key] = builder.field_json(member, {}, _NO_ROW)
        else:
            text = builder.dialect.member_text(value, to_snake_case(member.name))
            members[member.key] = or_null(text)
    return builder.json_object(members)


_NO_ROW = Row(Model, "")
