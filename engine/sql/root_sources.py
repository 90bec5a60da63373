"""Root fields: which rows a statement begins with."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cachetools import LRUCache
from tortoise.models import Model

from database.connections import is_postgres
from engine.sql.access_paths.path import Path
from engine.sql.conditions import NOTHING, Condition
from engine.sql.json_dialects import or_null
from engine.sql.keyset_pagination import connection, given
from engine.sql.ordering import Ordering
from engine.sql.page_arguments import FilteredRows, Page, filtered_rows, of_all, of_those
from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field, Reader
from engine.sql.statement_builder import BoundArguments, StatementBuilder
from errors import LimitExceeded

REPEATED_FILTERS = 500
"""Of each list: what the screens of a shop filter by, again and again. One takes some 2 KB."""


@dataclass(frozen=True, slots=True)
class ByUniqueKey:
    """The one row that is meant; of several the first by `order`."""

    model: type[Model]
    which: Callable[[Arguments], Condition]
    order: str = ""

    def ask(self, arguments: Arguments, reader: Reader) -> BoundArguments | None:
        condition = self.which(arguments)
        if condition == NOTHING:
            return None
        return BoundArguments(condition.text, dict(_numbered(condition)))

    def write(self, writing: StatementBuilder, field: Field) -> str:
        row = _own_row(self.model)
        thing = writing.thing(field, row)
        where = given(writing, field, str(writing.asked(field).shape), "value")
        only = f" ORDER BY {self.order} LIMIT 1" if self.order else ""
        return f"SELECT {thing} FROM {row.table} WHERE {where}{only}"


def _numbered(condition: Condition) -> Sequence[tuple[str, Any]]:
    return [(f"value{number}", value) for number, value in enumerate(condition.values)]


def _own_row(model: type[Model]) -> Row:
    """Under the table's own name, as conditions call it."""
    return Row(model, f'"{model._meta.db_table}"')


@dataclass(frozen=True, slots=True)
class ConnectionRoot:
    """A filtered, ordered list, in pages."""

    model: type[Model]
    condition: Callable[[Any, Reader], Condition]
    """Of the argument `filter`, if it is given."""
    path: Callable[[Any, Reader, str], Path]
    """The same, by the column that the list is ordered by first."""
    ordering: Callable[[Any], Ordering]
    """Of the argument `order_by`."""
    repeated: Callable[[Any], Hashable | None]
    """What a filter asks for, if it is likely to be asked again and does not depend on the reader
    or the time."""
    _repeated: LRUCache[Hashable, FilteredRows] = field(
        default_factory=lambda: LRUCache(REPEATED_FILTERS), repr=False, compare=False
    )

    def ask(self, arguments: Arguments, reader: Reader) -> BoundArguments:
        of = dict(arguments)
        asked = of.pop("filter", None)
        ordering = self.ordering(of.pop("order_by", None))
        if of.get("after") is not None:
            of["after"] = str(of["after"])  # a list of changes takes a position
        if asked is None:
            return of_all(self.model, ordering, Page(**of))
        rows = self._rows(asked, reader, ordering.keys[0].column)
        return of_those(self.model, ordering, rows, Page(**of))

    def _rows(self, asked: Any, reader: Reader, column: str) -> FilteredRows:
        values = self.repeated(asked)
        key = None if values is None else (values, column, is_postgres())
        rows = None if key is None else self._repeated.get(key)
        if rows is None:
            rows = filtered_rows(self.condition(asked, reader), self.path(asked, reader, column))
            if key is not None:
                self._repeated[key] = rows
        return rows

    def write(self, writing: StatementBuilder, field: Field) -> str:
        answer = f"SELECT {connection(writing, field, 'TRUE')}"
        first = ", ".join(f"{name} AS MATERIALIZED {rows}" for name, rows in writing.first.items())
        return f"WITH {first} {answer}" if first else answer


@dataclass(frozen=True, slots=True)
class ByKeys:
    """The rows with these keys: each gives its key and what it is shown as."""

    model: type[Model]
    key: str = "id"

    def ask(self, arguments: Arguments, reader: Reader) -> BoundArguments:
        keys = list(arguments["keys"])
        return BoundArguments(None, {"keys": keys}, len(keys))

    def write(self, writing: StatementBuilder, field: Field) -> str:
        row = writing.row(self.model)
        thing = writing.thing(field, row)
        keys = writing.value(field, "keys")
        kind = "bigint" if self.key == "position" else "uuid"
        among = writing.dialect.among(row[self.key], keys, kind)
        return f"SELECT {row[self.key]}, {thing} FROM {row.source} WHERE {among}"


@dataclass(frozen=True, slots=True)
class ByNodeId:
    """Things of several types by id, in the order of the ids; null for what is not there.

    `which` says, for each type, what rows of it are things that can be looked up.
    """

    which: Callable[[Arguments, Reader], Sequence[tuple[str, UUID] | None]]
    admitted: Callable[[str, Row], str]
    maximum: int
    is_list: bool

    def ask(self, arguments: Arguments, reader: Reader) -> BoundArguments | None:
        if self.is_list and len(arguments["ids"]) > self.maximum:
            raise LimitExceeded(f"At most {self.maximum} ids can be looked up at once.", ("ids",))
        found = self.which(arguments, reader)
        names = ["" if one is None else one[0] for one in found]
        ids = [None if one is None else str(one[1]) for one in found]
        types = frozenset(names) - {""}
        if not types and not self.is_list:
            return None
        return BoundArguments(types, {"names": names, "ids": ids}, max(len(found), 1))

    def write(self, writing: StatementBuilder, field: Field) -> str:
        wanted = writing.alias()
        types: frozenset[str] = writing.asked(field).shape  # type: ignore[assignment]
        cases = " ".join(
            f"WHEN '{name}' THEN {self._found(writing, field, name, wanted)}"
            for name in sorted(types)
        )
        thing = or_null(f"CASE {wanted}.name {cases} END") if cases else "'null'"
        names, ids = writing.value(field, "names"), writing.value(field, "ids")
        pairs = f"{writing.dialect.pairs(names, ids, wanted)} ORDER BY {wanted}.place"
        if self.is_list:
            return f"SELECT {writing.list_of(thing, pairs)}"
        return f"SELECT {thing} FROM {pairs}"

    def _found(self, writing: StatementBuilder, field: Field, name: str, wanted: str) -> str:
        type_ = writing.catalogue[name]
        row = writing.row(type_.model)
        thing = writing.thing_of_type(field, name, row)
        where = f"{row['id']} = {writing.dialect.identity(f'{wanted}.id')}"
        return f"(SELECT {thing} FROM {row.source} WHERE {where}{self.admitted(name, row)})"
