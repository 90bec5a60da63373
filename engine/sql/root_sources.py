"""Sources of root fields: the rows with which a statement begins."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from cachetools import LRUCache
from tortoise.models import Model

from access.viewer import Viewer
from database.connections import is_postgres
from engine.sql.access_paths.access_path import AccessPath
from engine.sql.access_paths.builder import AccessPathBuilder
from engine.sql.conditions import EVERYTHING, NOTHING, Condition
from engine.sql.json_dialects import or_null
from engine.sql.keyset_pagination import bind_condition, connection_json
from engine.sql.ordering import Ordering
from engine.sql.page_arguments import (
    FilteredRows,
    PageArguments,
    bind_filtered_page,
    bind_page,
    filtered_rows,
    numbered_values,
)
from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field, Reader
from engine.sql.statement_builder import BoundArguments, StatementBuilder, Visibility
from errors import LimitExceeded

CACHED_FILTERS = 500
"""Filters that are cached for each list: a shop's screens use the same ones again and again. One
takes some 2 KB."""


class RootSource(Protocol):
    """The source of a root field: it binds the field's arguments and writes its statement."""

    def bind_arguments(self, arguments: Arguments, reader: Reader) -> BoundArguments | None:
        """Return the bound arguments; None if the field is null whatever the database holds.

        Raises DomainError if an argument is invalid.
        """

    def write(self, builder: StatementBuilder, field: Field) -> str:
        """Return a statement with JSON text in the last column of its rows."""


@dataclass(frozen=True, slots=True)
class ByUniqueKey:
    """The visible row that satisfies the condition; of several, the first by `order_by`."""

    model: type[Model]
    condition: Callable[[Arguments], Condition]
    visible: Visibility
    order_by: str = ""

    def bind_arguments(self, arguments: Arguments, reader: Reader) -> BoundArguments | None:
        condition = self.condition(arguments) & self.visible(self.model, reader.viewer)
        if condition == NOTHING:
            return None
        return BoundArguments(condition.text, numbered_values("value", condition.values))

    def write(self, builder: StatementBuilder, field: Field) -> str:
        row = Row.of_table(self.model)
        json = builder.object_of_row(field, row)
        where = bind_condition(builder, field, str(builder.arguments(field).shape), "value")
        first = f" ORDER BY {self.order_by} LIMIT 1" if self.order_by else ""
        return f"SELECT {json} FROM {row.table} WHERE {where}{first}"


@dataclass(frozen=True, slots=True)
class ConnectionRoot:
    """A filtered, ordered list of visible rows in pages."""

    model: type[Model]
    condition: Callable[[Any, Reader], Condition]
    """Returns the condition of the argument `filter`; called only if it is given."""
    path: Callable[[Any, Reader, str], AccessPath]
    """Returns the access path of the argument `filter` for the ordering's first column."""
    ordering: Callable[[Any, Viewer], Ordering]
    """Returns the ordering of the argument `order_by`, which may be None. Raises Forbidden."""
    visible: Visibility
    cache_key: Callable[[Any], Hashable | None]
    """Returns the key under which a filter is cached. It returns None for a filter that is unlikely
    to be repeated, or that depends on the reader or on the time."""
    searches: Callable[[Any], int] = lambda filter_: 0
    """Returns the number of texts that a filter searches for."""
    visible_path: Callable[[Any, Reader, str], AccessPath | None] = lambda *_: None
    """Returns the access path to the filter's visible rows; None if each row is tested."""
    _cache: LRUCache[Hashable, FilteredRows] = field(
        default_factory=lambda: LRUCache(CACHED_FILTERS), repr=False, compare=False
    )

    def bind_arguments(self, arguments: Arguments, reader: Reader) -> BoundArguments:
        filter_argument, after = arguments.get("filter"), arguments.get("after")
        ordering = self.ordering(arguments.get("order_by"), reader.viewer)
        page = PageArguments(
            arguments.get("first"),
            None if after is None else str(after),  # some cursors are numbers
            arguments.get("last"),
            arguments.get("before"),
        )
        visible = self.visible(self.model, reader.viewer)
        if filter_argument is None and visible == EVERYTHING:
            return bind_page(self.model, ordering, page)
        column = ordering.keys[0].column
        if visible == EVERYTHING:
            rows = self._rows(filter_argument, reader, column)
        else:
            rows = self._visible_rows(filter_argument, reader, column, visible)
        bound = bind_filtered_page(self.model, ordering, rows, page)
        searches = 0 if filter_argument is None else self.searches(filter_argument)
        return bound._replace(searches=searches) if searches else bound

    def _rows(self, filter_argument: Any, reader: Reader, column: str) -> FilteredRows:
        filter_key = self.cache_key(filter_argument)
        key = None if filter_key is None else (filter_key, column, is_postgres())
        rows = None if key is None else self._cache.get(key)
        if rows is None:
            condition = self.condition(filter_argument, reader)
            rows = filtered_rows(condition, self.path(filter_argument, reader, column))
            if key is not None:
                self._cache[key] = rows
        return rows

    def _visible_rows(
        self, filter_argument: Any, reader: Reader, column: str, visible: Condition
    ) -> FilteredRows:
        """Return the rows for a viewer who may not see all of them.

        Most access paths know the filter only, and cached rows are those of viewers who see all.
        """
        if filter_argument is not None:
            visible = self.condition(filter_argument, reader) & visible
        path = self.visible_path(filter_argument, reader, column)
        if path is None:
            path = AccessPathBuilder(self.model._meta.db_table, column).plain(visible)
        return filtered_rows(visible, path)

    def write(self, builder: StatementBuilder, field: Field) -> str:
        query = f"SELECT {connection_json(builder, field, lambda: 'TRUE')}"
        tables = ", ".join(
            f"{name} AS MATERIALIZED {rows}" for name, rows in builder.common_tables.items()
        )
        return f"WITH {tables} {query}" if tables else query


@dataclass(frozen=True, slots=True)
class ByKeys:
    """The rows within the viewer's bounds whose column `key` has one of the keys; the statement
    returns (key, JSON) pairs."""

    model: type[Model]
    key: str = "id"

    def bind_arguments(self, arguments: Arguments, reader: Reader) -> BoundArguments:
        keys = list(arguments["keys"])
        return BoundArguments(None, {"keys": keys}, len(keys))

    def write(self, builder: StatementBuilder, field: Field) -> str:
        row = builder.row(self.model)
        json = builder.object_of_row(field, row)
        keys = builder.bind(field, "keys")
        where = builder.dialect.among(row[self.key], keys, row.key_type(self.key))
        where = builder.within_bounds(row, where)
        return f"SELECT {row[self.key]}, {json} FROM {row.source} WHERE {where}"


@dataclass(frozen=True, slots=True)
class ByNodeId:
    """Objects of several types by their node ids, in the order of the ids; null if not visible.

    `parse_ids` returns each id's type and key, or None for an id that the reader cannot look up.
    `visible` returns the condition of the objects of a type that a viewer may see.
    """

    parse_ids: Callable[[Arguments, Reader], Sequence[tuple[str, UUID] | None]]
    visible: Callable[[str, Viewer], Condition]
    maximum: int
    is_list: bool

    def bind_arguments(self, arguments: Arguments, reader: Reader) -> BoundArguments | None:
        if self.is_list and len(arguments["ids"]) > self.maximum:
            raise LimitExceeded(f"At most {self.maximum} ids can be looked up at once.", ("ids",))
        parsed = self.parse_ids(arguments, reader)
        names = ["" if node is None else node[0] for node in parsed]
        ids = [None if node is None else str(node[1]) for node in parsed]
        visible = {name: self.visible(name, reader.viewer) for name in sorted({*names} - {""})}
        if not visible and not self.is_list:
            return None
        values: dict[str, Any] = {"names": names, "ids": ids}
        for name, condition in visible.items():
            values |= numbered_values(name, condition.values)
        shape = tuple((name, condition.text) for name, condition in visible.items())
        return BoundArguments(shape, values, max(len(parsed), 1))

    def write(self, builder: StatementBuilder, field: Field) -> str:
        node = builder.alias()
        visible: Sequence[tuple[str, str]]
        visible = builder.arguments(field).shape  # type: ignore[assignment]
        cases = " ".join(
            f"WHEN '{name}' THEN {self._object(builder, field, name, condition, node)}"
            for name, condition in visible
        )
        json = or_null(f"CASE {node}.name {cases} END") if cases else "'null'"
        names, ids = builder.bind(field, "names"), builder.bind(field, "ids")
        pairs = f"{builder.dialect.paired_rows(names, ids, node)} ORDER BY {node}.place"
        if self.is_list:
            return f"SELECT {builder.json_array(json, pairs)}"
        return f"SELECT {json} FROM {pairs}"

    def _object(
        self, builder: StatementBuilder, field: Field, name: str, visible: str, node: str
    ) -> str:
        row = builder.row(builder.catalogue[name].model)
        json = builder.object_of_type(field, name, row)
        where = f"{row['id']} = {builder.dialect.uuid(f'{node}.id')}"
        if visible != EVERYTHING.text:
            # Conditions qualify columns by the table's name, and this row has an alias.
            visible = visible.replace(f"{row.table}.", f"{row.alias}.")
            where += f" AND {bind_condition(builder, field, visible, name)}"
        return f"(SELECT {json} FROM {row.source} WHERE {where})"


@dataclass(frozen=True, slots=True)
class PostponedField:
    """One field of rows of `row`'s table that another statement has read before.

    The parent statement was nested too deep to include it. The statement returns (key, JSON) pairs.
    """

    row: Row

    def bind_arguments(self, arguments: Arguments, reader: Reader) -> BoundArguments | None:
        raise NotImplementedError("the parent statement's request has bound the arguments")

    def write(self, builder: StatementBuilder, field: Field) -> str:
        row = builder.row(self.row.model)
        json = builder.field_json(field, builder.catalogue[field.parent].sources, row)
        key, keys = row[row.key], builder.bind(field, "keys")
        where = builder.dialect.among(key, keys, row.key_type(row.key))
        return f"SELECT {key}, {json} FROM {row.source} WHERE {where}"
