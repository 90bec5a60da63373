"""Boolean filters: filters joined by and, or, not."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, Self, TypeVar

from engine.sql.conditions import NOTHING, Condition
from errors import LimitExceeded
from resolvers.filters.filter_limits import (
    MAXIMUM_BRANCHES,
    MAXIMUM_DEPTH,
    demand_bounds,
    filter_path,
)


class Branching(Protocol):
    """A filter that holds filters of its own kind."""

    @property
    def all_of(self) -> Sequence[Self] | None: ...
    @property
    def any_of(self) -> Sequence[Self] | None: ...
    @property
    def none_of(self) -> Self | None: ...


Branch = TypeVar("Branch", bound=Branching)


def joined(filter_: Branch, own_condition: Callable[[Branch], Condition]) -> Condition:
    """Return the condition of a whole filter; `one` gives that of a branch by itself."""
    condition = own_condition(filter_)
    for branch in filter_.all_of or ():
        condition &= joined(branch, own_condition)
    if filter_.any_of is not None:
        any_of = NOTHING
        for branch in filter_.any_of:
            any_of |= joined(branch, own_condition)
        condition &= any_of
    if filter_.none_of is not None:
        condition &= ~joined(filter_.none_of, own_condition)
    return condition


def demand_all_bounds(filter_: Branch) -> None:
    for count, (branch, depth) in enumerate(branches_of(filter_), start=1):
        if count > MAXIMUM_BRANCHES:
            raise LimitExceeded(
                f"A filter holds at most {MAXIMUM_BRANCHES} filters in all.", filter_path()
            )
        if depth > MAXIMUM_DEPTH:
            raise LimitExceeded(
                f"Filters lie within each other at most {MAXIMUM_DEPTH} deep.", filter_path()
            )
        for name, value in vars(branch).items():
            demand_bounds(name, value)


def count_searches(filter_: Any) -> int:
    """Return the number of texts that a filter of orders searches for."""
    return sum(branch.search is not None for branch, _ in branches_of(filter_))


def branches_of(filter_: Branch) -> Iterator[tuple[Branch, int]]:
    """Yield the filter and all filters within it, each with its depth."""
    waiting = [(filter_, 0)]
    while waiting:
        branch, depth = waiting.pop()
        yield branch, depth
        inner = [*(branch.all_of or ()), *(branch.any_of or ())]
        inner += [] if branch.none_of is None else [branch.none_of]
        waiting += [(inner_filter, depth + 1) for inner_filter in inner]
