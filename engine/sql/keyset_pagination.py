"""Keyset pagination: writes the SQL of a connection, which reads its page with one query.

`engine.sql.page_arguments` checks and binds the arguments that choose the page.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tortoise.models import Model

from engine.sql.access_paths.access_path import fill_slots
from engine.sql.field_sources import json_boolean
from engine.sql.json_dialects import literal, quoted
from engine.sql.ordering import Ordering
from engine.sql.page_arguments import PageArguments, PageShape, bind_page
from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field
from engine.sql.statement_builder import BoundArguments, StatementBuilder

PAGE = '"page"'
"""The common table expression with the rows of a filtered list's page."""
PLACE_OFFSET = 1000
"""Added to a row's place in its page, so that places have equal length and compare as text."""


def bind_condition(builder: StatementBuilder, field: Field, text: str, name: str) -> str:
    """Replace each `?` of a condition by the placeholder of `field`'s value `name` + its number."""
    first, *others = text.split("?")
    return first + "".join(
        builder.bind(field, f"{name}{number}") + other for number, other in enumerate(others)
    )


@dataclass(frozen=True, slots=True)
class KeysetConnection:
    """The rows of another table, within the viewer's bounds, whose column `by` holds this row's
    id, in pages."""

    model: type[Model]
    by: str
    ordering: Ordering

    @property
    def needs_subquery(self) -> bool:
        return True

    def bind_arguments(self, arguments: Arguments) -> BoundArguments:
        return bind_page(self.model, self.ordering, PageArguments(**arguments))

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        table = Row.of_table(self.model)
        related = f"{table[self.by]} = {row['id']}"
        return connection_json(builder, field, lambda: builder.within_bounds(table, related))


def connection_json(builder: StatementBuilder, field: Field, condition: Callable[[], str]) -> str:
    """Write a connection of the rows that satisfy the condition and the field's arguments.

    `condition` is called where it is written, for it may bind parameters.
    """
    return _ConnectionBuilder(builder, field, condition).write()


class _ConnectionBuilder:
    """Writes the selected members as aggregates over one subquery that reads the page."""

    def __init__(
        self, builder: StatementBuilder, field: Field, condition: Callable[[], str]
    ) -> None:
        self._builder, self._field = builder, field
        self._shape: PageShape = builder.arguments(field).shape  # type: ignore[assignment]
        self._condition = condition
        self._row = builder.row(self._shape.model)
        self._columns: dict[str, str] = {}
        """The columns of the page's subquery: names by expressions."""
        self._needs_more = False
        """Whether the page is read with one row more, to know if there is a next page."""
        self._is_numbered = self._shape.is_backwards

    @property
    def _list_condition(self) -> str:
        condition = bind_condition(self._builder, self._field, self._shape.condition, "condition")
        return f"{self._condition()} AND {condition}"

    @property
    def _size(self) -> str:
        size = self._shape.size
        return self._builder.bind(self._field, "size") if size is None else str(size)

    @property
    def _one_more(self) -> str:
        size = self._shape.size
        return self._builder.bind(self._field, "one_more") if size is None else str(size + 1)

    def write(self) -> str:
        members = {field.key: self._member(field) for field in self._field.fields}
        text = self._builder.json_object(members)
        if not self._columns and not self._needs_more:
            return text
        return f"(SELECT {text} FROM {self._page()} AS {self._row.alias}p)"

    def _member(self, field: Field) -> str:
        builder = self._builder
        match field.name:
            case "nodes":
                return self._array(builder.object_of_row(field, self._row))
            case "edges":
                edge = {member.key: self._edge_member(member) for member in field.fields}
                return self._array(builder.json_object(edge))
            case "pageInfo":
                info = {member.key: self._info_member(member) for member in field.fields}
                return builder.json_object(info)
            case "totalCount":
                return self._total_count()
        return builder.field_json(field, {}, self._row)

    def _edge_member(self, field: Field) -> str:
        match field.name:
            case "node":
                return self._builder.object_of_row(field, self._row)
            case "cursor":
                return quoted(self._cursor())
        return self._builder.field_json(field, {}, self._row)

    def _cursor(self) -> str:
        return f"({self._shape.ordering.cursor(self._builder, self._row)})"

    def _info_member(self, field: Field) -> str:
        backwards = self._shape.is_backwards
        match field.name:
            case "hasNextPage":
                return _json_constant(self._shape.has_before) if backwards else self._has_more()
            case "hasPreviousPage":
                return self._has_more() if backwards else _json_constant(self._shape.has_after)
            case "startCursor":
                return self._end_cursor("max" if backwards else "min")
            case "endCursor":
                return self._end_cursor("min" if backwards else "max")
        return self._builder.field_json(field, {}, self._row)

    def _has_more(self) -> str:
        self._needs_more = self._is_numbered = True
        return json_boolean(f"count(*) > {self._size}")

    def _end_cursor(self, aggregate: str) -> str:
        """Write the cursor of the row with the lowest (min) or highest (max) place."""
        self._is_numbered = True
        column = self._column(f"CAST({PLACE_OFFSET} + place AS TEXT) || {self._cursor()}")
        place = f"{aggregate}({column})"
        return f"COALESCE({quoted(f'substr({place}, {len(str(PLACE_OFFSET)) + 1})')}, 'null')"

    def _array(self, text: str) -> str:
        joined = self._builder.dialect.joined_by_commas(self._column(text))
        return f"'[' || COALESCE({joined}, '') || ']'"

    def _column(self, text: str) -> str:
        """Return the page's column with this expression; it is NULL in the row beyond the page."""
        name = self._columns.setdefault(text, f"c{len(self._columns)}")
        return f"{self._row.alias}p.{name}"

    def _total_count(self) -> str:
        counted = f"SELECT count(*) FROM {self._row.table} WHERE {self._list_condition}"
        return f"CAST(({counted}) AS TEXT)"

    def _page(self) -> str:
        """Write the subquery of the page: its rows in order, with the used columns."""
        shape, alias = self._shape, self._row.alias
        no_limit = self._builder.dialect.no_limit
        rows = f"({self._rows()})"
        if shape.path is not None and self._builder.dialect.maximum_depth is not None:
            # Access paths can be long and SQLite's parser limits nesting: they stand in a WITH.
            self._builder.common_tables[PAGE] = rows
            rows = PAGE
        if not self._is_numbered:
            columns = ", ".join(f"{text} AS {name}" for text, name in self._columns.items())
            return f"(SELECT {columns} FROM {rows} AS {alias}{no_limit})"
        numbered = f"(SELECT *, row_number() OVER () AS place FROM {rows} AS {alias}r) AS {alias}"
        columns = ", ".join(
            f"CASE WHEN place <= {self._size} THEN {text} END AS {name}"
            for text, name in self._columns.items()
        )
        order_by = f" ORDER BY place {'DESC' if shape.is_backwards else 'ASC'}"
        return f"(SELECT {columns or 'place'} FROM {numbered}{order_by}{no_limit})"

    def _rows(self) -> str:
        """Write the query of the page's rows, and of one more if that is needed."""
        shape, table = self._shape, self._row.table
        backwards = shape.is_backwards
        parts = shape.ordering.parts(table, shape.bounds, self._bind_cursor, backwards=backwards)
        if shape.path is None:
            where = f"{self._condition()} AND {{within}}"
            path = (
                f"SELECT {{columns}} FROM {table} WHERE {where} ORDER BY {{order}} LIMIT {{size}}"
            )
        else:
            path = bind_condition(self._builder, self._field, shape.path, "path")
        order = shape.ordering.sql(table, backwards=backwards)
        size = self._one_more if self._needs_more else self._size
        name = self._row.model._meta.db_table
        rows = fill_slots(path, name, self._row.selected_columns, parts, order, size)
        return rows + (self._builder.dialect.no_limit if len(parts) > 1 else "")

    def _bind_cursor(self, name: str, kind: str) -> str:
        """Return the placeholder of a cursor's value, cast to its type."""
        dialect = self._builder.dialect
        value = dialect.cast(self._builder.bind(self._field, name), kind)
        return value if self._shape.size is None else dialect.opaque(value)


def _json_constant(is_true: bool) -> str:
    return literal("true" if is_true else "false")
