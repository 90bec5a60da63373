"""A statement while it is written: rows that are read, objects made of them, values to be given."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tortoise.models import Model

from access.policy import Audience
from access.viewer import Viewer
from engine.sql.json_dialects import Dialect, concatenated, literal
from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field
from errors import LimitExceeded

LONGEST = 256 * 1024
"""Characters of a statement: ten times what the largest screen needs. What a list of changes asks
of each kind apart can grow with every list within it."""
TYPE = ""
"""The key under which an object that may be of several types says which it is, where that has to
be known when the answer is finished. No field can be called so."""


@dataclass(frozen=True, slots=True)
class BoundArguments:
    """What a field's arguments ask for: what the statement's text depends on, and the values."""

    shape: Hashable
    values: Mapping[str, Any]
    things: int | None = 1
    """How many it gives at most, for each that it belongs to; None where no page says so."""


class FieldSource(Protocol):
    """Where a field comes from."""

    @property
    def reads_rows(self) -> bool:
        """Whether it needs a query within the query."""

    def write(self, writing: "StatementBuilder", field: Field, row: "Row") -> str:
        """An expression of JSON text, never NULL."""


class ArgumentSource(FieldSource, Protocol):
    """One whose field takes arguments."""

    def ask(self, arguments: Arguments) -> BoundArguments:
        """Raises Refusal."""


Sources = Mapping[str, FieldSource]


@dataclass(frozen=True, slots=True)
class ObjectSource:
    """A type of the schema: the rows that it is a view on, and where its fields come from."""

    model: type[Model]
    sources: Sources
    kind: str | None = None
    """Of types that are views on one table: which value of `kind` says that a row is of this."""


Catalogue = Mapping[str, ObjectSource]


class StatementBuilder:
    """One statement, for one viewer's rights and one shape of the arguments.

    Objects of the fields `named` say which type they are of, where they may be of several. It has
    at most `deepest` queries within each other.
    """

    def __init__(
        self,
        dialect: Dialect,
        catalogue: Catalogue,
        viewer: Viewer,
        asked: Mapping[Field, BoundArguments | None],
        named: frozenset[Field] = frozenset(),
        deepest: int | None = None,
    ) -> None:
        self.dialect, self.catalogue, self._viewer = dialect, catalogue, viewer
        self._asked, self._named, self._deepest = asked, named, deepest
        self._rows = 0
        self.first: dict[str, str] = {}
        """Queries by their names, which stand before the rest."""
        self.placeholders: dict[tuple[Field | None, str], int] = {}
        self.finished: set[Field] = set()
        """Fields whose value in the statement's answer is not yet what is shown."""
        self.postponed: dict[Field, Row] = {}
        """Fields for which it gives the key of the row whose they are, and the row."""
        self._depth = 0

    def row(self, model: type[Model]) -> Row:
        self._rows += 1
        return Row(model, f"t{self._rows}")

    def alias(self) -> str:
        self._rows += 1
        return f"t{self._rows}"

    def may_read(self, audience: Audience) -> bool:
        return self._viewer.may_read(audience)

    def asked(self, field: Field) -> BoundArguments:
        asked = self._asked[field]
        assert asked is not None, "a refused field is not written"
        return asked

    def value(self, field: Field | None, name: str) -> str:
        """The placeholder of a value that `field`'s arguments give; of no field: the request's."""
        number = self.placeholders.setdefault((field, name), len(self.placeholders) + 1)
        return self.dialect.placeholder(number)

    @property
    def now(self) -> str:
        return self.value(None, "now")

    def thing(self, field: Field, row: Row) -> str:
        """The object that a row is shown as; by its `kind`, where it may be of several types."""
        if len(field.selections) == 1:
            (name,) = field.selections
            return self.thing_of_type(field, name, row)
        used = self._rows
        alike: dict[tuple[str, ...], dict[str, Mapping[str, str]]] = {}
        for name in field.selections:
            # Only one of them is evaluated: they may use the same names, and so be the same text.
            self._rows = used
            members = self._members(field, name, row)
            alike.setdefault(tuple(members), {})[str(self.catalogue[name].kind)] = members
        objects = {tuple(kinds): self._common(kinds, row) for kinds in alike.values()}
        return _by_kind(objects, row)

    def thing_of_type(self, field: Field, name: str, row: Row) -> str:
        """The object that a row of this type is shown as."""
        return self.written(self._members(field, name, row))

    def _members(self, field: Field, name: str, row: Row) -> Mapping[str, str]:
        is_named = field in self._named and len(field.selections) > 1
        members = {TYPE: literal(f'"{name}"')} if is_named else {}
        sources = self.catalogue[name].sources
        return members | {one.key: self.field(one, sources, row) for one in field.selections[name]}

    def _common(self, kinds: Mapping[str, Mapping[str, str]], row: Row) -> str:
        """An object of kinds that have members of the same names: what is the same is said once."""
        merged: dict[str, str] = {}
        for key in next(iter(kinds.values())):
            texts: dict[str, list[str]] = {}
            for kind, members in kinds.items():
                texts.setdefault(members[key], []).append(kind)
            merged[key] = _by_kind({tuple(of): text for text, of in texts.items()}, row)
        return self.written(merged)

    def object(self, fields: tuple[Field, ...], sources: Sources, row: Row) -> str:
        return self.written({field.key: self.field(field, sources, row) for field in fields})

    def written(self, members: Mapping[str, str]) -> str:
        """An object of members whose JSON is known already."""
        parts, constant = [], "{"
        for number, (key, value) in enumerate(members.items()):
            constant += f'{"," if number else ""}"{key}":'
            if _is_constant(value):
                constant += value[1:-1].replace("''", "'")
            else:
                parts += [literal(constant), value]
                constant = ""
        text = concatenated([*parts, literal(constant + "}")])
        if len(text) > LONGEST:
            raise LimitExceeded("This is more than can be asked at once. Ask for less of it.")
        return text

    def field(self, field: Field, sources: Sources, row: Row) -> str:
        if field.refusal is not None or (field.arguments and self._asked.get(field) is None):
            self.finished.add(field)
            return "'null'"
        if field.name == "__typename":
            return literal(f'"{field.parent}"')
        source = sources[field.name]
        if source.reads_rows and self._depth == self._deepest:
            self.postponed[field] = row
            self.finished.add(field)
            return row.shown_key
        self._depth += source.reads_rows
        text = source.write(self, field, row)
        self._depth -= source.reads_rows
        return text

    def list_of(self, texts: str, rows: str) -> str:
        """A JSON array of `texts`, one for each of `rows`, in their order."""
        text = self.alias()
        inner = f"SELECT {texts} AS j FROM {rows}{self.dialect.unlimited}"
        joined = self.dialect.joined(f"{text}.j")
        return f"(SELECT '[' || COALESCE({joined}, '') || ']' FROM ({inner}) AS {text})"

    def may_lack(self, field: Field) -> None:
        """What the database allows to be missing has to be looked for where it must not be."""
        if field.is_required:
            self.finished.add(field)


def _by_kind(texts: Mapping[tuple[str, ...], str], row: Row) -> str:
    """One of several texts, by the kinds that have it."""
    if len(texts) == 1:
        return next(iter(texts.values()))
    cases = [
        f"WHEN {row['kind']} IN ({', '.join(literal(kind) for kind in kinds)}) THEN {text}"
        for kinds, text in texts.items()
    ]
    return f"CASE {' '.join(cases)} END"


def _is_constant(expression: str) -> bool:
    return (
        expression.startswith("'")
        and expression.endswith("'")
        and "'" not in expression[1:-1].replace("''", "")
    )
