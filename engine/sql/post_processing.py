"""Post-processing of a statement's JSON: values computed in Python, and null propagation.

Null in a required field makes the nearest enclosing nullable field null, as GraphQL demands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.sql.field_sources import PostProcessed
from engine.sql.selection import Field
from engine.sql.statement_builder import TYPE_KEY, Catalogue
from errors import DomainError

ResponsePath = tuple[str | int, ...]
"""Response keys and list indexes that lead to a value of the response."""
MAXIMUM_MISSING = 20
"""Missing values that are reported per response: one refused field can occur a thousand times."""


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A value that the response lacks: it became null, or made an enclosing field null."""

    field: Field
    path: ResponsePath
    refusal: DomainError | None
    """The reason for refusing it; None if the database has no value for a required field."""

    def within(self, path: ResponsePath) -> "MissingValue":
        return MissingValue(self.field, (*path, *self.path), self.refusal)


@dataclass(frozen=True, slots=True)
class PostponedValue:
    """A value that another statement has to read; the object holds the row's key in its place."""

    object: dict[str, Any]
    path: ResponsePath
    chain: tuple[Field, ...]
    """All fields that enclose the value, outermost first, and the value's own field."""


class _NullNotAllowed(Exception):
    """A required field is null, so the object that contains it becomes null."""


@dataclass(slots=True)
class PostProcessor:
    """Completes the value of one root field.

    `refusals` holds the errors of fields whose arguments this request's values made invalid.
    """

    catalogue: Catalogue
    incomplete: frozenset[Field]
    """Fields whose values are not final, and all fields that contain them."""
    postponed: frozenset[Field]
    refusals: Mapping[Field, DomainError]
    missing: list[MissingValue] = field(default_factory=list)
    postponed_values: dict[Field, list[PostponedValue]] = field(default_factory=dict)
    _enclosing: list[Field] = field(default_factory=list)

    def complete(self, value: Any, root: Field, path: ResponsePath) -> Any:
        """Return the root field's final value; None if null has propagated to it."""
        try:
            return self._field_value(value, root, path)
        except _NullNotAllowed:
            return None

    def _field_value(self, value: Any, field: Field, path: ResponsePath) -> Any:
        if field not in self.incomplete:
            return value
        refusal = field.refusal or self.refusals.get(field)
        if refusal is not None:
            self._report(field, path, refusal)
            return self._null(field)
        try:
            completed = self._completed(value, field, path)
        except _NullNotAllowed:
            return self._null(field)
        if completed is None and field.is_required:
            self._report(field, path, None)
        return self._null(field) if completed is None else completed

    def _report(self, field: Field, path: ResponsePath, refusal: DomainError | None) -> None:
        if len(self.missing) < MAXIMUM_MISSING:
            self.missing.append(MissingValue(field, path, refusal))

    def _completed(self, value: Any, field: Field, path: ResponsePath) -> Any:
        if value is None:
            return None
        if isinstance(value, list) and field.selections:
            return [self._item(item, field, (*path, index)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return self._object(value, field, path)
        type_ = self.catalogue.get(field.parent)
        source = type_ and type_.sources.get(field.name)
        return source.finish(*value) if isinstance(source, PostProcessed) else value

    def _item(self, value: Any, field: Field, path: ResponsePath) -> Any:
        if value is None:
            return None
        try:
            return self._object(value, field, path)
        except _NullNotAllowed:
            if field.are_items_required:
                raise
            return None

    def _object(self, value: dict[str, Any], field: Field, path: ResponsePath) -> dict[str, Any]:
        self._enclosing.append(field)
        try:
            return self._members(value, field, path)
        finally:
            self._enclosing.pop()

    def _members(self, value: dict[str, Any], field: Field, path: ResponsePath) -> dict[str, Any]:
        for member in self._fields(value, field):
            member_path = (*path, member.key)
            if member in self.postponed:
                postponed = self.postponed_values.setdefault(member, [])
                postponed.append(PostponedValue(value, member_path, (*self._enclosing, member)))
                continue
            value[member.key] = self._field_value(value[member.key], member, member_path)
        return value

    def _fields(self, value: dict[str, Any], field: Field) -> tuple[Field, ...]:
        if len(field.selections) == 1:
            return field.fields
        return field.selections[value.pop(TYPE_KEY)]

    @staticmethod
    def _null(field: Field) -> None:
        if field.is_required:
            raise _NullNotAllowed


def propagate_null(root: Any, start: int, value: PostponedValue) -> Any:
    """Return `root` with null in place of a postponed value that does not exist.

    Null goes up to the nearest nullable field; None is returned if there is none. The value's path
    has `start` steps that lead to `root` itself.
    """
    path, chain = list(value.path[start:]), list(value.chain)
    while chain:
        field = chain.pop()
        if path and isinstance(path[-1], int):
            if not field.are_items_required:
                return _with_null(root, path)
            path.pop()
        if not field.is_required:
            return _with_null(root, path)
        if path:
            path.pop()
    return None


def _with_null(root: Any, path: Sequence[str | int]) -> Any:
    """Set null at the path, unless an object on the way has become null before."""
    if not path:
        return None
    holder = root
    for step in path[:-1]:
        holder = holder[step] if holder is not None else None
    if holder is not None:
        holder[path[-1]] = None
    return root


def with_ancestors(root: Field, fields: set[Field]) -> frozenset[Field]:
    """Return those of `fields` that `root` contains, and all fields on the way to them."""
    result: set[Field] = set()
    # Types that share fields share the selections below them: each is searched once.
    searched: dict[int, bool] = {}

    def contains(field: Field) -> bool:
        key = id(field.selections)
        if key not in searched:
            below = [contains(member) for fields in field.selections.values() for member in fields]
            searched[key] = any(below)
        if field in fields or searched[key]:
            result.add(field)
            return True
        return False

    contains(root)
    return frozenset(result)
