"""Pages: which rows of a list are wanted, and what the statement's text depends on."""

from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any

from tortoise.models import Model

from engine.sql.access_paths.path import Path
from engine.sql.conditions import EVERYTHING, Condition
from engine.sql.ordering import Bounds, Ordering
from engine.sql.statement_builder import BoundArguments
from errors import Invalid

DEFAULT_FIRST = 20
MAXIMUM_FIRST = 100
"""Rows of a page: a screen or two; whoever needs more asks again with the cursor."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list are wanted."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def is_backwards(self) -> bool:
        return self.last is not None

    @property
    def size(self) -> int:
        """Raises Invalid for a size that no page has."""
        if self.first is not None and self.last is not None:
            raise Invalid("Give first or last, not both.", ("first",))
        name, asked = ("last", self.last) if self.last is not None else ("first", self.first)
        size = DEFAULT_FIRST if asked is None else asked
        if not 0 <= size <= MAXIMUM_FIRST:
            raise Invalid(f"Must be from 0 to {MAXIMUM_FIRST}.", (name,))
        return size


@dataclass(frozen=True, slots=True)
class Listed:
    """The shape of a page: the rows that are listed, in which order, and between which cursors."""

    model: type[Model]
    ordering: Ordering
    whole: str
    """The condition of the list."""
    path: str | None
    """How a filtered list is come by."""
    size: int | None
    """None where it is given as a value."""
    is_backwards: bool
    bounds: Bounds

    @property
    def has_after(self) -> bool:
        return any(name == "after" for name, _ in self.bounds)

    @property
    def has_before(self) -> bool:
        return any(name == "before" for name, _ in self.bounds)


def of_all(model: type[Model], ordering: Ordering, page: Page) -> BoundArguments:
    """A page of a list without a filter. Raises Invalid."""
    bounds, values = ordering.bounds(page.after, page.before)
    size = page.size
    shape = Listed(model, ordering, EVERYTHING.text, None, size, page.is_backwards, tuple(bounds))
    return BoundArguments(shape, values, size)


@dataclass(frozen=True, slots=True)
class FilteredRows:
    """The rows that a filter admits: the condition of the list, the path to its pages, and the
    values of both, by the names under which they are bound."""

    whole: str
    path: str
    values: Mapping[str, Any]
    is_steady: bool


def filtered_rows(whole: Condition, path: Path) -> FilteredRows:
    values = numbered("whole", whole.values) | numbered("path", path.values)
    return FilteredRows(intern(whole.text), intern(path.text), values, path.is_steady)


def of_those(
    model: type[Model], ordering: Ordering, rows: FilteredRows, page: Page
) -> BoundArguments:
    """A page of a filtered list. Raises Invalid."""
    bounds, values = ordering.bounds(page.after, page.before)
    size = page.size
    values |= rows.values
    # The database plans a statement anew for a LIMIT that is a value. That pays where it is to
    # look at the values of a filter; else it takes longer than the reading.
    if not rows.is_steady:
        values |= {"size": size, "one_more": size + 1}
    shape = Listed(
        model,
        ordering,
        rows.whole,
        rows.path,
        size if rows.is_steady else None,
        page.is_backwards,
        tuple(bounds),
    )
    return BoundArguments(shape, values, size)


def numbered(name: str, values: tuple[Any, ...]) -> dict[str, Any]:
    return {f"{name}{number}": value for number, value in enumerate(values)}
