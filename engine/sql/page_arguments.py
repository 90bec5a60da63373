"""The arguments of a page (`first`, `after`, `last`, `before`), checked and bound.

`engine.sql.keyset_pagination` writes the SQL that reads such a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any, NamedTuple

from tortoise.models import Model

from engine.sql.access_paths.access_path import AccessPath
from engine.sql.conditions import EVERYTHING, Condition
from engine.sql.ordering import Bounds, Ordering
from engine.sql.statement_builder import BoundArguments
from errors import Invalid

DEFAULT_FIRST = 20
MAXIMUM_FIRST = 100
"""Rows of a page: a screen or two. The next page is requested with the cursor."""


class PageArguments(NamedTuple):
    """A page's arguments as the client gave them."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def is_backwards(self) -> bool:
        return self.last is not None

    @property
    def size(self) -> int:
        """The number of rows. Raises Invalid if it is out of range or given twice."""
        if self.first is not None and self.last is not None:
            raise Invalid("Give first or last, not both.", ("first",))
        name, argument = ("last", self.last) if self.last is not None else ("first", self.first)
        size = DEFAULT_FIRST if argument is None else argument
        if not 0 <= size <= MAXIMUM_FIRST:
            raise Invalid(f"Must be from 0 to {MAXIMUM_FIRST}.", (name,))
        return size


class PageShape(NamedTuple):
    """Everything that a page's SQL depends on: the list, its ordering, the given cursors.

    Each page looks its statement up by its shape, and a tuple is hashed and compared fastest.
    """

    model: type[Model]
    ordering: Ordering
    condition: str
    """The list's filter, as the text of a Condition."""
    path: str | None
    """The access path to a filtered list's rows; None for a list without a filter."""
    size: int | None
    """The page's size; None if it is a parameter of the statement."""
    is_backwards: bool
    bounds: Bounds

    @property
    def has_after(self) -> bool:
        return any(name == "after" for name, _ in self.bounds)

    @property
    def has_before(self) -> bool:
        return any(name == "before" for name, _ in self.bounds)


def bind_page(model: type[Model], ordering: Ordering, page: PageArguments) -> BoundArguments:
    """Bind a page of a list without a filter. Raises Invalid."""
    bounds, values = ordering.bounds(page.after, page.before)
    size = page.size
    shape = PageShape(
        model, ordering, EVERYTHING.text, None, size, page.is_backwards, tuple(bounds)
    )
    return BoundArguments(shape, values, size)


@dataclass(frozen=True, slots=True)
class FilteredRows:
    """The rows that a filter admits, with the access path to their pages."""

    condition: str
    """The filter, as the text of a Condition."""
    path: str
    values: Mapping[str, Any]
    """The values of the condition and of the path, by the names of their parameters."""
    is_generic: bool
    """Whether one plan of the database is good for all values."""


def filtered_rows(condition: Condition, path: AccessPath) -> FilteredRows:
    values = numbered_values("condition", condition.values) | numbered_values("path", path.values)
    return FilteredRows(intern(condition.text), intern(path.text), values, path.is_generic)


def bind_filtered_page(
    model: type[Model], ordering: Ordering, rows: FilteredRows, page: PageArguments
) -> BoundArguments:
    """Bind a page of a filtered list. Raises Invalid."""
    bounds, values = ordering.bounds(page.after, page.before)
    size = page.size
    values |= rows.values
    # PostgreSQL plans a statement anew for each execution if its LIMIT is a parameter. That pays
    # where the plan should depend on the filter's values; elsewhere it takes longer than reading.
    if not rows.is_generic:
        values |= {"size": size, "one_more": size + 1}
    shape = PageShape(
        model,
        ordering,
        rows.condition,
        rows.path,
        size if rows.is_generic else None,
        page.is_backwards,
        tuple(bounds),
    )
    return BoundArguments(shape, values, size)


def numbered_values(name: str, values: tuple[Any, ...]) -> dict[str, Any]:
    return {f"{name}{number}": value for number, value in enumerate(values)}
