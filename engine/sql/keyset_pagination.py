"""Pages of lists: which rows, what lies on either side of them, and how many there are in all."""

from dataclasses import dataclass

from tortoise.models import Model

from engine.sql.access_paths.path import in_parts
from engine.sql.json_dialects import literal, quoted
from engine.sql.ordering import Ordering
from engine.sql.page_arguments import Listed, Page, of_all
from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field
from engine.sql.field_sources import json_boolean
from engine.sql.statement_builder import BoundArguments, StatementBuilder

PAGE = '"page"'
"""The rows of a filtered list's page, where they stand before the rest of the statement."""
WIDTH = 1000
"""Added to the place of a row, so that places compare as texts."""


def given(writing: StatementBuilder, field: Field, text: str, name: str) -> str:
    """A condition whose values are those of this field's arguments."""
    first, *others = text.split("?")
    return first + "".join(
        writing.value(field, f"{name}{number}") + other for number, other in enumerate(others)
    )


@dataclass(frozen=True, slots=True)
class KeysetConnection:
    """The rows of another table that name this one, in pages."""

    model: type[Model]
    by: str
    ordering: Ordering

    @property
    def reads_rows(self) -> bool:
        return True

    def ask(self, arguments: Arguments) -> BoundArguments:
        return of_all(self.model, self.ordering, Page(**arguments))

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        table = f'"{self.model._meta.db_table}"'
        return connection(writing, field, f'{table}."{self.by}" = {row["id"]}')


def connection(writing: StatementBuilder, field: Field, of: str) -> str:
    """A connection object: the rows that `of` and the field's arguments admit."""
    return _Connection(writing, field, of).written()


class _Connection:
    """The page is read once, whatever is asked of it."""

    def __init__(self, writing: StatementBuilder, field: Field, of: str) -> None:
        self._writing, self._field = writing, field
        self._listing: Listed = writing.asked(field).shape  # type: ignore[assignment]
        self._of = of
        self._row = writing.row(self._listing.model)
        self._shown: dict[str, str] = {}
        self._needs_more = False
        self._is_numbered = self._listing.is_backwards

    @property
    def _list(self) -> str:
        return f"{self._of} AND {given(self._writing, self._field, self._listing.whole, 'whole')}"

    @property
    def _size(self) -> str:
        size = self._listing.size
        return self._writing.value(self._field, "size") if size is None else str(size)

    @property
    def _one_more(self) -> str:
        size = self._listing.size
        return self._writing.value(self._field, "one_more") if size is None else str(size + 1)

    def written(self) -> str:
        members = {field.key: self._member(field) for field in self._field.fields}
        text = self._writing.written(members)
        if not self._shown and not self._needs_more:
            return text
        return f"(SELECT {text} FROM {self._page()} AS {self._row.alias}p)"

    def _member(self, field: Field) -> str:
        writing = self._writing
        match field.name:
            case "nodes":
                return self._all(writing.thing(field, self._row))
            case "edges":
                return self._all(
                    writing.written({one.key: self._edge(one) for one in field.fields})
                )
            case "pageInfo":
                return writing.written({one.key: self._side(one) for one in field.fields})
            case "totalCount":
                return self._count()
        return writing.field(field, {}, self._row)

    def _edge(self, field: Field) -> str:
        match field.name:
            case "node":
                return self._writing.thing(field, self._row)
            case "cursor":
                return quoted(self._cursor())
        return self._writing.field(field, {}, self._row)

    def _cursor(self) -> str:
        return f"({self._listing.ordering.cursor(self._writing, self._row)})"

    def _side(self, field: Field) -> str:
        backwards = self._listing.is_backwards
        match field.name:
            case "hasNextPage":
                return _true(self._listing.has_before) if backwards else self._has_more()
            case "hasPreviousPage":
                return self._has_more() if backwards else _true(self._listing.has_after)
            case "startCursor":
                return self._end("max" if backwards else "min")
            case "endCursor":
                return self._end("min" if backwards else "max")
        return self._writing.field(field, {}, self._row)

    def _has_more(self) -> str:
        self._needs_more = self._is_numbered = True
        return json_boolean(f"count(*) > {self._size}")

    def _end(self, furthest: str) -> str:
        """Of the row that is first or last by its place."""
        self._is_numbered = True
        column = self._of_each(f"CAST({WIDTH} + place AS TEXT) || {self._cursor()}")
        place = f"{furthest}({column})"
        return f"COALESCE({quoted(f'substr({place}, {len(str(WIDTH)) + 1})')}, 'null')"

    def _all(self, text: str) -> str:
        column = self._of_each(text)
        return f"'[' || COALESCE({self._writing.dialect.joined(column)}, '') || ']'"

    def _of_each(self, text: str) -> str:
        """A column that each shown row of the page has; the one beyond the page has none."""
        name = self._shown.setdefault(text, f"c{len(self._shown)}")
        return f"{self._row.alias}p.{name}"

    def _count(self) -> str:
        counted = f"SELECT count(*) FROM {self._row.table} WHERE {self._list}"
        return f"CAST(({counted}) AS TEXT)"

    def _page(self) -> str:
        """Its rows in their order, each with what is shown of it."""
        listing, alias = self._listing, self._row.alias
        rows = f"({self._rows()})"
        if listing.path is not None and self._writing.dialect.deepest is not None:
            # By itself: some ways to come by rows are long, and SQLite's parser has little room.
            self._writing.first[PAGE] = rows
            rows = PAGE
        if not self._is_numbered:
            shown = ", ".join(f"{text} AS {name}" for text, name in self._shown.items())
            return f"(SELECT {shown} FROM {rows} AS {alias}{self._writing.dialect.unlimited})"
        numbered = f"(SELECT *, row_number() OVER () AS place FROM {rows} AS {alias}r) AS {alias}"
        shown = ", ".join(
            f"CASE WHEN place <= {self._size} THEN {text} END AS {name}"
            for text, name in self._shown.items()
        )
        turned = f" ORDER BY place {'DESC' if listing.is_backwards else 'ASC'}"
        unlimited = self._writing.dialect.unlimited
        return f"(SELECT {shown or 'place'} FROM {numbered}{turned}{unlimited})"

    def _rows(self) -> str:
        """As many as are needed, with the columns that are."""
        listing, table = self._listing, self._row.table
        backwards = listing.is_backwards
        parts = listing.ordering.parts(table, listing.bounds, self._bound, backwards=backwards)
        if listing.path is None:
            where = f"{self._of} AND {{within}}"
            path = (
                f"SELECT {{columns}} FROM {table} WHERE {where} ORDER BY {{order}} LIMIT {{size}}"
            )
        else:
            path = given(self._writing, self._field, listing.path, "path")
        order = listing.ordering.sql(table, backwards=backwards)
        size = self._one_more if self._needs_more else self._size
        name = self._row.model._meta.db_table
        rows = in_parts(path, name, self._row.read, parts, order, size)
        return rows + (self._writing.dialect.unlimited if len(parts) > 1 else "")

    def _bound(self, name: str, kind: str) -> str:
        """A value of a cursor."""
        dialect = self._writing.dialect
        value = dialect.typed(self._writing.value(self._field, name), kind)
        return value if self._listing.size is None else dialect.opaque(value)


def _true(is_so: bool) -> str:
    return literal("true" if is_so else "false")
