"""Fields that come from inside a JSON column, which acts have written whole."""

from dataclasses import dataclass

from strawberry.utils.str_converters import to_snake_case
from tortoise.models import Model

from engine.sql.json_dialects import or_null
from engine.sql.rows import Row
from engine.sql.selection import Field
from engine.sql.statement_builder import StatementBuilder


@dataclass(frozen=True, slots=True)
class JsonMember:
    """An object within a JSON column: all of it, or one member. Its names are in snake_case."""

    column: str
    member: str | None = None

    @property
    def reads_rows(self) -> bool:
        return False

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        value = row[self.column]
        if self.member is not None:
            value = writing.dialect.member(value, self.member)
        writing.may_lack(field)
        missing = f"{value} IS NULL OR CAST({value} AS TEXT) = 'null'"
        return f"CASE WHEN {missing} THEN 'null' ELSE {_members(writing, field, value)} END"


@dataclass(frozen=True, slots=True)
class JsonMemberList:
    """A list of objects within a JSON column: all of it, or one member; empty if there is none."""

    column: str
    member: str | None = None

    @property
    def reads_rows(self) -> bool:
        return False

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        value = row[self.column]
        if self.member is not None:
            value = writing.dialect.member(value, self.member)
        element = writing.alias()
        rows = writing.dialect.elements(value, element)
        return writing.list_of(_members(writing, field, f"{element}.value"), rows)


def _members(writing: StatementBuilder, field: Field, value: str) -> str:
    members: dict[str, str] = {}
    for one in field.fields:
        if one.refusal is not None or one.name == "__typename":
            members[one.key] = writing.field(one, {}, _NO_ROW)
        else:
            # What acts have put there they have put there whole.
            members[one.key] = or_null(writing.dialect.shown(value, to_snake_case(one.name)))
    return writing.written(members)


_NO_ROW = Row(Model, "")
