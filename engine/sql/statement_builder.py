"""The statement builder: writes the one SQL statement that reads a selection as JSON."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

from tortoise.models import Model

from access.policy import Audience
from access.viewer import Viewer
from engine.sql.conditions import EVERYTHING, Condition
from engine.sql.json_dialects import JsonDialect, concatenated, literal
from engine.sql.json_texts import by_kind, is_constant
from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field
from errors import LimitExceeded

MAXIMUM_CHARACTERS = 256 * 1024
"""Characters of a statement: ten times what the largest screen needs. Fields of an interface are
written for each of its types, so nested lists in them multiply the text."""
TYPE_KEY = ""
"""The key under which an object that may be of several types has its type's name, if that is needed
after the statement has run. No response key is empty."""


class BoundArguments(NamedTuple):
    """A field's arguments for one request, as a statement uses them."""

    shape: Hashable
    """Everything that the statement's text depends on; it is part of the statement's cache key."""
    values: Mapping[str, Any]
    """The values of the statement's parameters, by name."""
    maximum_rows: int | None = 1
    """The most rows that the field has per parent row; None if no page limits them."""
    searches: int = 0
    """The number of texts that are searched for: each may have the database read all rows."""


class FieldSource(Protocol):
    """Writes the SQL of a field's value."""

    @property
    def needs_subquery(self) -> bool:
        """Whether the field is written as a subquery."""

    def write(self, builder: "StatementBuilder", field: Field, row: "Row") -> str:
        """Return an SQL expression of the value's JSON text, which is never NULL."""


class ArgumentSource(FieldSource, Protocol):
    """Writes the SQL of a field that takes arguments."""

    def bind_arguments(self, arguments: Arguments) -> BoundArguments:
        """Return the arguments as the statement uses them. Raises DomainError if one is invalid."""


@runtime_checkable
class ViewerSource(FieldSource, Protocol):
    """Writes the SQL of a field without arguments whose rows depend on who the viewer is."""

    def bind_viewer(self, viewer: Viewer) -> BoundArguments:
        """Return what the statement needs of the viewer, as if the field had arguments."""


Visibility = Callable[[type[Model], Viewer], Condition]
"""Returns the condition of the rows of a model that a viewer may see."""
Sources = Mapping[str, FieldSource]
"""The sources of a type's fields, by the fields' names in the schema."""


@dataclass(frozen=True, slots=True)
class ObjectSource:
    """An object type of the schema: the table that its objects are rows of, and its fields."""

    model: type[Model]
    sources: Sources
    kind: str | None = None
    """The value of the column `kind` in this type's rows, where several types share the table."""


Catalogue = Mapping[str, ObjectSource]
"""All object types, by their names in the schema."""


class StatementBuilder:
    """Writes one statement, for one viewer's rights and one shape of the arguments.

    `bounds` returns which rows are within the viewer's bounds; its values are all `viewer.bound`.
    `bound` holds the bound arguments of each field that has any; None for a refused field. Objects
    of the fields `typed` include their type's name under TYPE_KEY if they can be of several types.
    Subqueries are nested at most `maximum_depth` deep; fields below that are postponed.
    """

    def __init__(
        self,
        dialect: JsonDialect,
        catalogue: Catalogue,
        viewer: Viewer,
        bounds: Visibility,
        bound: Mapping[Field, BoundArguments | None],
        typed: frozenset[Field] = frozenset(),
        maximum_depth: int | None = None,
    ) -> None:
        self.dialect, self.catalogue, self._viewer = dialect, catalogue, viewer
        self._bounds = bounds
        self._bound, self._typed, self._maximum_depth = bound, typed, maximum_depth
        self._aliases = 0
        self._depth = 0
        self.common_tables: dict[str, str] = {}
        """The queries of the WITH clause, by name."""
        self.parameters: dict[tuple[Field | None, str], int] = {}
        """The number of each parameter, by its field (None for the request) and name."""
        self.post_processed: set[Field] = set()
        """Fields whose values in the statement's result are not final."""
        self.postponed: dict[Field, Row] = {}
        """Fields that another statement has to read, and the row that they belong to. In this
        statement's result they hold that row's key."""

    def row(self, model: type[Model]) -> Row:
        return Row(model, self.alias())

    def alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def may_read(self, audience: Audience) -> bool:
        return self._viewer.may_read(audience)

    def is_bounded(self, model: type[Model]) -> bool:
        """Return whether the viewer's bounds leave out rows of the model."""
        return self._bounds(model, self._viewer) != EVERYTHING

    def within_bounds(self, row: Row, condition: str) -> str:
        """Return the condition of a relation to `row`, for rows within the viewer's bounds only."""
        bounds = self._bounds(row.model, self._viewer)
        if bounds == EVERYTHING:
            return condition
        # Conditions qualify columns by the table's name, and the row may have an alias.
        text = bounds.text.replace(f"{row.table}.", f"{row.alias}.")
        return f"{condition} AND {text.replace('?', self.bind(None, 'bound'))}"

    def arguments(self, field: Field) -> BoundArguments:
        bound = self._bound[field]
        assert bound is not None, "a refused field is not written"
        return bound

    def bind(self, field: Field | None, name: str) -> str:
        """Return the placeholder of a value of `field`'s arguments; without one, the request's."""
        number = self.parameters.setdefault((field, name), len(self.parameters) + 1)
        return self.dialect.placeholder(number)

    @property
    def now(self) -> str:
        """The placeholder of the request's moment."""
        return self.bind(None, "now")

    @property
    def linked_order(self) -> str | None:
        """The placeholder of the id of the order whose tracking link the viewer holds, if any."""
        return None if self._viewer.order_id is None else self.bind(None, "linked_order")

    def object_of_row(self, field: Field, row: Row) -> str:
        """Write the row as an object; its column `kind` decides among several types."""
        if len(field.selections) == 1:
            (name,) = field.selections
            return self.object_of_type(field, name, row)
        used = self._aliases
        by_keys: dict[tuple[str, ...], dict[str, Mapping[str, str]]] = {}
        for name in field.selections:
            # A CASE evaluates one of them: with the same aliases, equal members have equal text.
            self._aliases = used
            members = self._members(field, name, row)
            by_keys.setdefault(tuple(members), {})[str(self.catalogue[name].kind)] = members
        objects = {tuple(kinds): self._merged_object(kinds, row) for kinds in by_keys.values()}
        return by_kind(objects, row)

    def object_of_type(self, field: Field, name: str, row: Row) -> str:
        """Write the row as an object of the type `name`."""
        return self.json_object(self._members(field, name, row))

    def _members(self, field: Field, name: str, row: Row) -> Mapping[str, str]:
        is_typed = field in self._typed and len(field.selections) > 1
        members = {TYPE_KEY: literal(f'"{name}"')} if is_typed else {}
        sources = self.catalogue[name].sources
        return members | {
            member.key: self.field_json(member, sources, row) for member in field.selections[name]
        }

    def _merged_object(self, kinds: Mapping[str, Mapping[str, str]], row: Row) -> str:
        """Write one object for kinds whose members have the same keys; equal members once."""
        merged: dict[str, str] = {}
        for key in next(iter(kinds.values())):
            texts: dict[str, list[str]] = {}
            for kind, members in kinds.items():
                texts.setdefault(members[key], []).append(kind)
            merged[key] = by_kind({tuple(same): text for text, same in texts.items()}, row)
        return self.json_object(merged)

    def object(self, fields: tuple[Field, ...], sources: Sources, row: Row) -> str:
        """Write an object of `fields`, which all come from `row`."""
        return self.json_object(
            {field.key: self.field_json(field, sources, row) for field in fields}
        )

    def json_object(self, members: Mapping[str, str]) -> str:
        """Join members, whose values are expressions of JSON text, to a JSON object.

        Raises LimitExceeded if the text becomes too long.
        """
        parts, constant = [], "{"
        for number, (key, value) in enumerate(members.items()):
            constant += f'{"," if number else ""}"{key}":'
            if is_constant(value):
                constant += value[1:-1].replace("''", "'")
            else:
                parts += [literal(constant), value]
                constant = ""
        text = concatenated([*parts, literal(constant + "}")])
        if len(text) > MAXIMUM_CHARACTERS:
            raise LimitExceeded("This is more than can be asked at once. Ask for less of it.")
        return text

    def field_json(self, field: Field, sources: Sources, row: Row) -> str:
        """Write the JSON of a field of `row`: null if refused, the row's key if postponed."""
        if field.refusal is not None or (field.arguments and self._bound.get(field) is None):
            self.post_processed.add(field)
            return "'null'"
        if field.name == "__typename":
            return literal(f'"{field.parent}"')
        source = sources[field.name]
        if source.needs_subquery and self._depth == self._maximum_depth:
            self.postponed[field] = row
            self.post_processed.add(field)
            return row.key_json
        self._depth += source.needs_subquery
        text = source.write(self, field, row)
        self._depth -= source.needs_subquery
        return text

    def json_array(self, texts: str, rows: str) -> str:
        """Write a JSON array of `texts`, one for each of `rows`, in the order of the rows."""
        text = self.alias()
        inner = f"SELECT {texts} AS j FROM {rows}{self.dialect.no_limit}"
        joined = self.dialect.joined_by_commas(f"{text}.j")
        return f"(SELECT '[' || COALESCE({joined}, '') || ']' FROM ({inner}) AS {text})"

    def check_null(self, field: Field) -> None:
        """Have post-processing look for null in a field that the database allows to be NULL."""
        if field.is_required:
            self.post_processed.add(field)
