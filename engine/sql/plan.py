"""Plans: a root field, prepared; then only bound, run and spliced."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import orjson
from cachetools import LRUCache
from tortoise.models import Model

from access.viewer import Viewer
from database.connections import is_postgres
from engine.sql.row_serializer import MemoryReader, NotInMemory, memory_reader
from engine.sql.json_dialects import POSTGRES, SQLITE
from engine.sql.post_processing import (
    MissingValue,
    Path,
    PostponedPlace,
    PostProcessing,
    touched_by,
    without,
)
from engine.sql.response_budget import ResponseBudget, fits
from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field, Reader, Variables
from engine.sql.size_estimate import at_worst, levels_of, values_at_worst, values_of
from engine.sql.statement import BoundRequest, Statement, StatementTooDeep, run
from engine.sql.statement_builder import ArgumentSource, BoundArguments, Catalogue, StatementBuilder
from errors import DomainError

REMEMBERED_SHAPES = 16
"""Statements of one plan: a page has a dozen shapes, with filters and cursors or without them.
Those of the largest documents take a hundred kilobytes each."""


class Root(Protocol):
    """Where a root field comes from: what it asks for, and the statement that answers."""

    def ask(self, arguments: Arguments, reader: Reader) -> BoundArguments | None:
        """None if nothing need be read to know that there is nothing. Raises DomainError."""

    def write(self, writing: StatementBuilder, field: Field) -> str:
        """A statement whose rows end in a column of JSON text."""


@dataclass(frozen=True, slots=True)
class FieldResult:
    """What a field came to: JSON, None for null, and what is missing in it."""

    json: str | bytes | None
    missing: Sequence[MissingValue] = ()


NULL = FieldResult(None)


class Plan:
    """Of one root field, for one viewer's rights."""

    def __init__(self, catalogue: Catalogue, root: Root, field: Field, viewer: Viewer) -> None:
        self._catalogue, self._root, self._field, self._viewer = catalogue, root, field, viewer
        self._asking = tuple(dict.fromkeys(_asking(field.selections)))
        self._known = {one: self._ask(one, {}) for one in self._asking if not one.has_variables}
        self._statements: LRUCache[Hashable, Statement] = LRUCache(REMEMBERED_SHAPES)
        self._inner: dict[Field, Plan] = {}
        self._things, self._values = at_worst(field), values_at_worst(field)

    @cached_property
    def _at_hand(self) -> MemoryReader | None:
        return memory_reader(self._field, self._catalogue)

    @property
    def key(self) -> str:
        """The field's name in the answer."""
        return self._field.key

    async def read(self, arguments: Arguments, variables: Variables, reader: Reader) -> FieldResult:
        """The field's value. Raises DomainError if all of it is refused."""
        own = self._root.ask(arguments, reader)
        if own is None:
            return NULL
        bound = self._bound(own, variables, reader)
        self._demand_room(own, bound)
        statement, rows = await self._run(bound)
        if not rows:
            return NULL
        (answered,) = await self._finished([rows[0][0]], statement, bound, (self.key,))
        return answered

    async def read_each(
        self, keys: Sequence[Any], variables: Variables, reader: Reader, path: Path = ()
    ) -> list[FieldResult]:
        """The thing of each key, in the order of the keys; `path` leads to it."""
        own = self._root.ask({"keys": keys}, reader)
        if own is None:
            return []
        bound = self._bound(own, variables, reader)
        self._demand_room(own, bound)
        return await self._read_each(keys, bound, path)

    async def read_rows(
        self, rows: Sequence[Model], variables: Variables, reader: Reader, path: Path
    ) -> list[FieldResult]:
        """The things that these rows are; nothing is read if they tell it all themselves."""
        if self._at_hand is not None:
            with suppress(NotInMemory):
                return [FieldResult(*self._at_hand.shown(row, path)) for row in rows]
        return await self.read_each([row.pk for row in rows], variables, reader, path)

    async def _read_each(
        self, keys: Sequence[Any], bound: BoundRequest, path: Path
    ) -> list[FieldResult]:
        statement, rows = await self._run(bound)
        found = {str(key): text for key, text in rows}
        texts = [found.get(str(key)) for key in keys]
        return await self._finished(texts, statement, bound, path)

    def _bound(self, own: BoundArguments, variables: Variables, reader: Reader) -> BoundRequest:
        asked: dict[Field, BoundArguments | None] = {self._field: own}
        refusals: dict[Field, DomainError] = {}
        for field in self._asking:
            given = self._known.get(field) or self._ask(field, variables)
            if isinstance(given, DomainError):
                refusals[field] = given
            asked[field] = None if isinstance(given, DomainError) else given
        return BoundRequest(asked, refusals, variables, reader)

    def _fits(self, times: int) -> bool:
        """Whatever the arguments within are."""
        return fits(times * self._things, times * self._values)

    def _demand_room(self, own: BoundArguments, bound: BoundRequest) -> None:
        """Raises LimitExceeded."""
        room = bound.reader.room
        if room is not None or not self._fits(own.things or 1):
            levels = levels_of(self._field, own, bound.asked)
            (room or ResponseBudget()).take(levels, values_of(self._field, own, bound.asked))

    def _ask(self, field: Field, variables: Variables) -> BoundArguments | DomainError:
        source: ArgumentSource = self._catalogue[field.parent].sources[field.name]  # type: ignore[assignment]
        assert field.arguments is not None
        try:
            return source.ask(field.arguments(variables))
        except DomainError as refusal:
            return refusal

    async def _run(self, bound: BoundRequest) -> tuple[Statement, Sequence[Any]]:
        statement = self._statements.get(bound.shape) or self._add_statement(bound)
        while True:
            try:
                return statement, await run(statement, bound)
            except StatementTooDeep:
                assert statement.deepest is not None, "it was too deep"
                statement = self._add_statement(bound, statement.deepest - 1)

    def _add_statement(self, bound: BoundRequest, deepest: int | None = None) -> Statement:
        statement = self._write(bound, deepest)
        if statement.touched:
            statement = self._write(bound, deepest, statement.touched)
        self._statements[bound.shape] = statement
        return statement

    def _write(
        self, bound: BoundRequest, deepest: int | None, named: frozenset[Field] = frozenset()
    ) -> Statement:
        dialect = POSTGRES if is_postgres() else SQLITE
        deepest = dialect.deepest if deepest is None else deepest
        writing = StatementBuilder(
            dialect, self._catalogue, self._viewer, bound.asked, named, deepest
        )
        text = self._root.write(writing, self._field)
        for field, row in writing.postponed.items():
            if field not in self._inner:
                self._inner[field] = Plan(self._catalogue, PostponedRoot(row), field, self._viewer)
        touched = touched_by(self._field, writing.finished)
        postponed = frozenset(writing.postponed)
        return Statement(text, tuple(writing.placeholders), touched, postponed, deepest)

    async def _finished(
        self, texts: Sequence[str | None], statement: Statement, bound: BoundRequest, path: Path
    ) -> list[FieldResult]:
        if not statement.touched:
            return [FieldResult(text) for text in texts]
        finishings = [
            PostProcessing(self._catalogue, statement.touched, statement.postponed, bound.refusals)
            for _ in texts
        ]
        values = [
            None if text is None else one.finish(orjson.loads(text), self._field, path)
            for text, one in zip(texts, finishings, strict=True)
        ]
        for field in statement.postponed:
            for number, place in await self._fill(field, finishings, bound):
                values[number] = without(values[number], len(path), place)
        return [
            FieldResult(None if value is None else orjson.dumps(value), one.missing)
            for value, one in zip(values, finishings, strict=True)
        ]

    async def _fill(
        self, field: Field, finishings: Sequence[PostProcessing], bound: BoundRequest
    ) -> Sequence[tuple[int, PostponedPlace]]:
        """Read what was postponed, for all places of the answers where it belongs; those where
        there is none of it, though it must be."""
        places = [
            (number, place)
            for number, one in enumerate(finishings)
            for place in one.waiting.get(field, ())
        ]
        if not places:
            return []
        asked = bound.asked.get(field)
        keys = [place.holder[field.key] for _, place in places]
        values = {**(asked.values if asked else {}), "keys": keys}
        plan = self._inner[field]
        inner = plan._bound(
            BoundArguments(asked and asked.shape, values), bound.variables, bound.reader
        )
        answers = await plan._read_each(keys, inner, ())
        lacking = []
        for (number, place), answered in zip(places, answers, strict=True):
            shown = answered.json
            place.holder[field.key] = None if shown is None else orjson.Fragment(shown)
            finishings[number].missing += [one.within(place.path) for one in answered.missing]
            if shown is None and field.is_required:
                lacking.append((number, place))
        return lacking


@dataclass(frozen=True, slots=True)
class PostponedRoot:
    """One field of rows that were read before: what they belong to is nested too deep to go on."""

    row: Row

    def ask(self, arguments: Arguments, reader: Reader) -> BoundArguments | None:
        raise NotImplementedError("its field has been asked already")

    def write(self, writing: StatementBuilder, field: Field) -> str:
        row = writing.row(self.row.model)
        key = row.model._meta.pk_attr
        text = writing.field(field, writing.catalogue[field.parent].sources, row)
        among = writing.dialect.among(row[key], writing.value(field, "keys"), row.key_kind)
        return f"SELECT {row[key]}, {text} FROM {row.source} WHERE {among}"


def _asking(
    selections: Mapping[str, tuple[Field, ...]], seen: set[int] | None = None
) -> Iterator[Field]:
    """Several types have in common what is within their common fields; it is looked at once."""
    seen = set() if seen is None else seen
    if id(selections) in seen:
        return
    seen.add(id(selections))
    for fields in selections.values():
        for field in fields:
            if field.refusal is None:
                if field.arguments is not None:
                    yield field
                yield from _asking(field.selections, seen)
