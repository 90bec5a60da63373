"""Statements: the SQL that a plan has written, run with the values of a request."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, NamedTuple

from tortoise.exceptions import OperationalError

from database.connections import connection, is_postgres, read_rows
from engine.sql.conditions import stored
from engine.sql.selection import Field, Reader, Variables
from engine.sql.statement_builder import BoundArguments
from errors import DomainError

TOO_DEEP_MESSAGES = ("parser stack overflow", "Expression tree is too large")
"""SQLite's messages for a statement that is nested too deep for its parser."""

Parameter = tuple[Field | None, str]
"""The source of a parameter's value: the field whose arguments have it (None for the request
itself), and its name."""


class StatementTooDeep(Exception):
    """The database cannot parse a statement that is nested as deep as this one.

    SQLite's limit depends on the whole statement, so it is found by trying.
    """


@dataclass(frozen=True, slots=True)
class Statement:
    """An SQL statement, and what is left to do with its result."""

    text: str
    parameters: tuple[Parameter, ...]
    incomplete: frozenset[Field]
    """Fields whose values are not final yet, and all fields that contain them."""
    postponed: frozenset[Field]
    """Fields that statements of their own have to read."""
    maximum_depth: int | None
    """The number of nested subqueries that it was allowed to have."""


class BoundRequest(NamedTuple):
    """A request's arguments: for each field with arguments, the bound ones or the refusal."""

    arguments: Mapping[Field, BoundArguments | None]
    refusals: Mapping[Field, DomainError]
    variables: Variables
    reader: Reader

    @property
    def cache_key(self) -> Hashable:
        """Requests with equal keys can use the same statement."""
        bound = self.arguments.values()
        return tuple([None if own is None else (own.shape,) for own in bound])

    def values(self, parameters: Sequence[Parameter]) -> list[Any]:
        """Return the values of a statement's parameters. A refused field has none."""
        bound: Mapping[Field, Any] = self.arguments
        return [
            self.reader.parameter(name) if field is None else bound[field].values[name]
            for field, name in parameters
        ]


async def run_statement(statement: Statement, bound: BoundRequest) -> Sequence[Any]:
    """Return the statement's rows.

    Raises StatementTooDeep if it can be written flatter, and TooManyRequests.
    """
    turns = bound.reader.turns
    if turns is None:
        return await _run(statement, bound)
    if not turns.take():
        await turns.wait()
    began_at = monotonic()
    try:
        return await _run(statement, bound)
    finally:
        turns.give_back(monotonic() - began_at)


async def _run(statement: Statement, bound: BoundRequest) -> Sequence[Any]:
    values = bound.values(statement.parameters)
    client = connection()
    if not is_postgres(client):
        values = [stored(value) for value in values]
    try:
        return await read_rows(client, statement.text, values)
    except OperationalError as error:
        is_too_deep = any(message in str(error) for message in TOO_DEEP_MESSAGES)
        if (statement.maximum_depth or 1) > 1 and is_too_deep:
            raise StatementTooDeep from error
        raise
