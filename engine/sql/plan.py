"""Query plans: a prepared root field; per request, only its values are bound and run."""

from collections.abc import Hashable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

import orjson
from cachetools import LRUCache
from tortoise.models import Model

from access.viewer import Viewer
from database.connections import is_postgres
from engine.sql.json_dialects import POSTGRES, SQLITE
from engine.sql.post_processing import (
    MissingValue,
    PostponedValue,
    PostProcessor,
    ResponsePath,
    propagate_null,
    with_ancestors,
)
from engine.sql.request_binding import RequestBinder
from engine.sql.response_budget import ResponseBudget, fits
from engine.sql.root_sources import PostponedField, RootSource
from engine.sql.row_serializer import NeedsStatement, RowSerializer, serializer_of
from engine.sql.selection import Arguments, Field, Reader, Variables
from engine.sql.size_estimate import (
    estimate_levels,
    estimate_values,
    largest_level,
    largest_value_count,
)
from engine.sql.statement import BoundRequest, Statement, StatementTooDeep, run_statement
from engine.sql.statement_builder import BoundArguments, Catalogue, StatementBuilder, Visibility

CACHED_STATEMENTS = 16
"""Statements of one plan: a page has a dozen shapes, with filters and cursors or without them.
The statements of the largest documents take a hundred kilobytes each."""


class FieldResult(NamedTuple):
    """A field's value as JSON (None for null), and the values that are missing in it."""

    json: str | bytes | None
    missing: Sequence[MissingValue] = ()


NULL = FieldResult(None)


class Plan:
    """Reads one root field, for all viewers with the same rights.

    It writes a statement for each shape of the arguments and keeps it.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        root: RootSource,
        field: Field,
        viewer: Viewer,
        bounds: Visibility,
    ) -> None:
        self._catalogue, self._root, self._field, self._viewer = catalogue, root, field, viewer
        self._bounds = bounds
        self._binder = RequestBinder(field, catalogue)
        self._statements: LRUCache[Hashable, Statement] = LRUCache(CACHED_STATEMENTS)
        self._postponed: dict[Field, Plan] = {}
        self._largest_level, self._values = largest_level(field), largest_value_count(field)

    @cached_property
    def _serializer(self) -> RowSerializer | None:
        return serializer_of(self._field, self._catalogue)

    @property
    def key(self) -> str:
        """The field's response key."""
        return self._field.key

    async def read(self, arguments: Arguments, variables: Variables, reader: Reader) -> FieldResult:
        """Return the field's value. Raises DomainError if the arguments refuse all of it."""
        own = self._root.bind_arguments(arguments, reader)
        if own is None:
            return NULL
        bound = self._binder.bind(own, variables, reader)
        self._take_budget(own, bound)
        statement, rows = await self._run(bound)
        if not rows:
            return NULL
        text = rows[0][0]
        if not statement.incomplete:
            return FieldResult(text)
        (result,) = await self._complete([text], statement, bound, (self.key,))
        return result

    async def read_each(
        self, keys: Sequence[Any], variables: Variables, reader: Reader, path: ResponsePath = ()
    ) -> list[FieldResult]:
        """Return the object of each key, in the order of the keys; `path` leads to it."""
        own = self._root.bind_arguments({"keys": keys}, reader)
        if own is None:
            return []
        bound = self._binder.bind(own, variables, reader)
        self._take_budget(own, bound)
        return await self._read_each(keys, bound, path)

    async def read_rows(
        self, rows: Sequence[Model], variables: Variables, reader: Reader, path: ResponsePath
    ) -> list[FieldResult]:
        """Return the objects of loaded rows; nothing is read if their columns are enough, and the
        viewer has no bounds, by which the database selects rows."""
        if self._serializer is not None and not reader.viewer.is_partner:
            with suppress(NeedsStatement):
                return [FieldResult(*self._serializer.serialize(row, path)) for row in rows]
        return await self.read_each([row.pk for row in rows], variables, reader, path)

    async def _read_each(
        self, keys: Sequence[Any], bound: BoundRequest, path: ResponsePath
    ) -> list[FieldResult]:
        statement, rows = await self._run(bound)
        by_key = {str(key): text for key, text in rows}
        texts = [by_key.get(str(key)) for key in keys]
        if not statement.incomplete:
            return [FieldResult(text) for text in texts]
        return await self._complete(texts, statement, bound, path)

    def _always_fits(self, rows: int) -> bool:
        """Whether so many objects fit, whatever the arguments of the fields below them are."""
        return fits(rows * self._largest_level, rows * self._values)

    def _take_budget(self, own: BoundArguments, bound: BoundRequest) -> None:
        """Raises LimitExceeded if the value can become too large."""
        budget = bound.reader.budget
        if own.searches:
            (budget or ResponseBudget()).take_searches(own.searches)
        if budget is None:
            if self._always_fits(own.maximum_rows or 1):
                return
            budget = ResponseBudget()
        levels = estimate_levels(self._field, own, bound.arguments)
        budget.take(levels, estimate_values(self._field, own, bound.arguments))

    async def _run(self, bound: BoundRequest) -> tuple[Statement, Sequence[Any]]:
        try:
            statement = self._statements[bound.cache_key]
        except KeyError:
            statement = self._add_statement(bound)
        while True:
            try:
                return statement, await run_statement(statement, bound)
            except StatementTooDeep:
                assert statement.maximum_depth is not None, "it was too deep"
                statement = self._add_statement(bound, statement.maximum_depth - 1)

    def _add_statement(self, bound: BoundRequest, maximum_depth: int | None = None) -> Statement:
        statement = self._write(bound, maximum_depth)
        if statement.incomplete:
            statement = self._write(bound, maximum_depth, statement.incomplete)
        self._statements[bound.cache_key] = statement
        return statement

    def _write(
        self,
        bound: BoundRequest,
        maximum_depth: int | None,
        typed: frozenset[Field] = frozenset(),
    ) -> Statement:
        dialect = POSTGRES if is_postgres() else SQLITE
        depth = dialect.maximum_depth if maximum_depth is None else maximum_depth
        builder = StatementBuilder(
            dialect, self._catalogue, self._viewer, self._bounds, bound.arguments, typed, depth
        )
        text = self._root.write(builder, self._field)
        for field, row in builder.postponed.items():
            if field not in self._postponed:
                root = PostponedField(row)
                self._postponed[field] = self._part(root, field)
        incomplete = with_ancestors(self._field, builder.post_processed)
        postponed = frozenset(builder.postponed)
        return Statement(text, tuple(builder.parameters), incomplete, postponed, depth)

    def _part(self, root: RootSource, field: Field) -> "Plan":
        return Plan(self._catalogue, root, field, self._viewer, self._bounds)

    async def _complete(
        self,
        texts: Sequence[str | None],
        statement: Statement,
        bound: BoundRequest,
        path: ResponsePath,
    ) -> list[FieldResult]:
        processors = [
            PostProcessor(
                self._catalogue, statement.incomplete, statement.postponed, bound.refusals
            )
            for _ in texts
        ]
        values = [
            None if text is None else processor.complete(orjson.loads(text), self._field, path)
            for text, processor in zip(texts, processors, strict=True)
        ]
        for field in statement.postponed:
            for number, value in await self._read_postponed(field, processors, bound):
                values[number] = propagate_null(values[number], len(path), value)
        return [
            FieldResult(None if value is None else orjson.dumps(value), processor.missing)
            for value, processor in zip(values, processors, strict=True)
        ]

    async def _read_postponed(
        self, field: Field, processors: Sequence[PostProcessor], bound: BoundRequest
    ) -> Sequence[tuple[int, PostponedValue]]:
        """Read a postponed field for all objects that have it, and put its values into them.

        Returns the values that are null although the field is required, each with the number of
        its result.
        """
        postponed = [
            (number, value)
            for number, processor in enumerate(processors)
            for value in processor.postponed_values.get(field, ())
        ]
        if not postponed:
            return []
        own = bound.arguments.get(field)
        keys = [value.object[field.key] for _, value in postponed]
        values = {**(own.values if own else {}), "keys": keys}
        plan = self._postponed[field]
        arguments = BoundArguments(own and own.shape, values)
        inner = plan._binder.bind(arguments, bound.variables, bound.reader)
        results = await plan._read_each(keys, inner, ())
        nulls = []
        for (number, value), result in zip(postponed, results, strict=True):
            json = result.json
            value.object[field.key] = None if json is None else orjson.Fragment(json)
            missing = [missing.within(value.path) for missing in result.missing]
            processors[number].missing += missing
            if json is None and field.is_required:
                nulls.append((number, value))
        return nulls
