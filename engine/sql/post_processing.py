"""Finishing: what SQL cannot say is put into its answer, and what may not be null is looked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.sql.selection import Field
from engine.sql.field_sources import PostProcessed
from engine.sql.statement_builder import TYPE, Catalogue
from errors import DomainError

Path = tuple[str | int, ...]
MOST_TOLD = 20
"""Of an answer; what is refused under a thousand names is refused a thousand times."""


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A place of the answer that is null, or that made what it belongs to null, and why."""

    field: Field
    path: Path
    refusal: DomainError | None
    """None: nothing was found where something must be."""

    def within(self, path: Path) -> "MissingValue":
        return MissingValue(self.field, (*path, *self.path), self.refusal)


@dataclass(frozen=True, slots=True)
class PostponedPlace:
    """A place that holds the key of a row until what belongs there is read."""

    holder: dict[str, Any]
    path: Path
    chain: tuple[Field, ...]
    """The field, and all that it is within, outermost first."""


class _NoPlaceForNull(Exception):
    """Null stands where none may stand: what holds it becomes null."""


@dataclass(slots=True)
class PostProcessing:
    """Of one answer. `refusals` says why the fields were refused that this request refused."""

    catalogue: Catalogue
    touched: frozenset[Field]
    """Fields that need finishing, and all that hold such."""
    postponed: frozenset[Field]
    refusals: Mapping[Field, DomainError]
    missing: list[MissingValue] = field(default_factory=list)
    waiting: dict[Field, list[PostponedPlace]] = field(default_factory=dict)
    _within: list[Field] = field(default_factory=list)

    def finish(self, value: Any, one: Field, path: Path) -> Any:
        """The value of a root field; None if null has gone all the way up."""
        try:
            return self._field(value, one, path)
        except _NoPlaceForNull:
            return None

    def _field(self, value: Any, one: Field, path: Path) -> Any:
        if one not in self.touched:
            return value
        refusal = one.refusal or self.refusals.get(one)
        if refusal is not None:
            self._tell(one, path, refusal)
            return self._null(one)
        try:
            finished = self._finished(value, one, path)
        except _NoPlaceForNull:
            return self._null(one)
        if finished is None and one.is_required:
            self._tell(one, path, None)
        return self._null(one) if finished is None else finished

    def _tell(self, one: Field, path: Path, refusal: DomainError | None) -> None:
        if len(self.missing) < MOST_TOLD:
            self.missing.append(MissingValue(one, path, refusal))

    def _finished(self, value: Any, one: Field, path: Path) -> Any:
        if value is None:
            return None
        if isinstance(value, list) and one.selections:
            return [self._item(item, one, (*path, place)) for place, item in enumerate(value)]
        if isinstance(value, dict):
            return self._object(value, one, path)
        type_ = self.catalogue.get(one.parent)
        source = type_ and type_.sources.get(one.name)
        return source.finish(*value) if isinstance(source, PostProcessed) else value

    def _item(self, value: Any, one: Field, path: Path) -> Any:
        if value is None:
            return None
        try:
            return self._object(value, one, path)
        except _NoPlaceForNull:
            if one.are_items_required:
                raise
            return None

    def _object(self, value: dict[str, Any], one: Field, path: Path) -> dict[str, Any]:
        self._within.append(one)
        try:
            return self._members(value, one, path)
        finally:
            self._within.pop()

    def _members(self, value: dict[str, Any], one: Field, path: Path) -> dict[str, Any]:
        for inner in self._fields(value, one):
            if inner in self.postponed:
                waiting = self.waiting.setdefault(inner, [])
                waiting.append(PostponedPlace(value, (*path, inner.key), (*self._within, inner)))
                continue
            value[inner.key] = self._field(value[inner.key], inner, (*path, inner.key))
        return value

    def _fields(self, value: dict[str, Any], one: Field) -> tuple[Field, ...]:
        if len(one.selections) == 1:
            return one.fields
        return one.selections[value.pop(TYPE)]

    @staticmethod
    def _null(one: Field) -> None:
        if one.is_required:
            raise _NoPlaceForNull


def without(root: Any, start: int, waiting: PostponedPlace) -> Any:
    """`root` with null where something was waited for in vain; paths have `start` steps before it.

    Null goes up to the first place that may be null; None if there is none.
    """
    path, chain = list(waiting.path[start:]), list(waiting.chain)
    while chain:
        one = chain.pop()
        if path and isinstance(path[-1], int):
            if not one.are_items_required:
                return _with_null(root, path)
            path.pop()
        if not one.is_required:
            return _with_null(root, path)
        if path:
            path.pop()
    return None


def _with_null(root: Any, path: Sequence[str | int]) -> Any:
    """What lies on the way may be null by now."""
    if not path:
        return None
    holder = root
    for step in path[:-1]:
        holder = holder[step] if holder is not None else None
    if holder is not None:
        holder[path[-1]] = None
    return root


def touched_by(field: Field, finished: set[Field]) -> frozenset[Field]:
    """Those of `finished`, and all that hold one of them."""
    found: set[Field] = set()
    # Several types have in common what is within their common fields.
    known: dict[int, bool] = {}

    def touches(one: Field) -> bool:
        key = id(one.selections)
        if key not in known:
            inner = [touches(below) for fields in one.selections.values() for below in fields]
            known[key] = any(inner)
        if one in finished or known[key]:
            found.add(one)
            return True
        return False

    touches(field)
    return frozenset(found)
