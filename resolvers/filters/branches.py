"""Branches: filters joined by and, or, not."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, Self, TypeVar

from tortoise.expressions import Q, Subquery
from tortoise.models import Model

from errors import LimitExceeded
from resolvers.filters.bounds import MAXIMUM_BRANCHES, demand_bounds, filter_path


class Branching(Protocol):
    """A filter that holds filters of its own kind."""

    @property
    def all_of(self) -> Sequence[Self] | None: ...
    @property
    def any_of(self) -> Sequence[Self] | None: ...
    @property
    def none_of(self) -> Self | None: ...


Branch = TypeVar("Branch", bound=Branching)


def combined(model: type[Model], given: Branch, one: Any) -> Q:
    conditions: Q = one(given)
    for branch in given.all_of or ():
        conditions &= combined(model, branch, one)
    if given.any_of is not None:
        conditions &= _any_of([combined(model, branch, one) for branch in given.any_of])
    if given.none_of is not None:
        matching = model.filter(combined(model, given.none_of, one))
        conditions &= Q(id__not_in=Subquery(matching.values("id")))
    return conditions


def _any_of(branches: Sequence[Q]) -> Q:
    """A branch without conditions admits every row; Tortoise would leave it out."""
    if not branches:
        return Q(id__in=[])
    return Q(*(Q(id__isnull=False) & branch for branch in branches), join_type=Q.OR)


def demand_all_bounds(given: Branch) -> None:
    for count, branch in enumerate(_branches(given), start=1):
        if count > MAXIMUM_BRANCHES:
            raise LimitExceeded(
                f"A filter holds at most {MAXIMUM_BRANCHES} filters in all.", filter_path()
            )
        for name, value in vars(branch).items():
            demand_bounds(name, value)


def _branches(given: Branch) -> Iterator[Branch]:
    waiting: list[Branch] = [given]
    while waiting:
        branch = waiting.pop()
        yield branch
        for inner in (branch.all_of, branch.any_of):
            waiting += inner or ()
        if branch.none_of is not None:
            waiting.append(branch.none_of)
