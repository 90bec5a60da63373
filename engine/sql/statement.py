"""Statements: what was written once, and the values that a request binds to it."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.exceptions import OperationalError

from database.connections import connection, is_postgres, read_rows
from engine.sql.conditions import stored
from engine.sql.selection import Field, Reader, Variables
from engine.sql.statement_builder import BoundArguments
from errors import DomainError

TOO_DEEP = ("parser stack overflow", "Expression tree is too large")
"""What SQLite says of a statement that it cannot follow."""


class StatementTooDeep(Exception):
    """The engine cannot follow the statement. How deep one may be depends on all that is in it."""


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    places: tuple[tuple[Field | None, str], ...]
    """For each value: which of the asking fields gives it, by what name; None: the request."""
    touched: frozenset[Field]
    """What is to be finished."""
    postponed: frozenset[Field]
    """What is to be read by a statement of its own."""
    deepest: int | None
    """How many queries within each other it was allowed to have."""


@dataclass(frozen=True, slots=True)
class BoundRequest:
    """A request's arguments: what each asking field asks for, or why it is refused."""

    asked: Mapping[Field, BoundArguments | None]
    refusals: Mapping[Field, DomainError]
    variables: Variables
    reader: Reader

    @property
    def shape(self) -> Hashable:
        return tuple(None if one is None else (one.shape,) for one in self.asked.values())

    def value(self, field: Field | None, name: str) -> Any:
        if field is None:
            return self.reader.now
        asked = self.asked[field]
        assert asked is not None, "a refused field gives no values"
        return asked.values[name]


async def run(statement: Statement, bound: BoundRequest) -> Sequence[Any]:
    """Raises StatementTooDeep."""
    values = [bound.value(field, name) for field, name in statement.places]
    client = connection()
    if not is_postgres(client):
        values = [stored(value) for value in values]
    try:
        return await read_rows(client, statement.text, values)
    except OperationalError as error:
        if (statement.deepest or 1) > 1 and any(words in str(error) for words in TOO_DEEP):
            raise StatementTooDeep from error
        raise
