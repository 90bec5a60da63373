"""Pages: keyset connections over any list, never by offset."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from tortoise.expressions import RawSQL, Subquery
from tortoise.functions import Count
from tortoise.models import Model
from tortoise.queryset import QuerySet

from errors import Invalid
from resolvers.ordering import Ordering

DEFAULT_FIRST = 20
MAXIMUM_FIRST = 100
"""Rows of a page: a screen or two; whoever needs more asks again with the cursor."""

Row = TypeVar("Row", bound=Model)


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
    """A list that belongs to a parent: what is listed, by which column, and whose."""

    model: type[Model]
    column: str
    parent: UUID


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """A page of rows, what lies on either side of it, and the whole list, to be counted."""

    rows: Sequence[Row]
    ordering: Ordering
    has_next_page: bool
    has_previous_page: bool
    whole: "QuerySet[Row] | Listed"

    def cursor(self, row: Row) -> str:
        return self.ordering.cursor(row)


async def read_slice(query: QuerySet[Row], ordering: Ordering, page: Page) -> Slice[Row]:
    """One page of `query`, in one statement."""
    wanted = _within(query, ordering, page)
    ordered = ordering.applied(wanted, backwards=page.is_backwards)
    return _slice(query, ordering, page, await ordered.limit(page.size + 1))


def _within(query: QuerySet[Row], ordering: Ordering, page: Page) -> QuerySet[Row]:
    if page.after is not None:
        values = ordering.values(page.after, "after")
        query = query.filter(ordering.beyond(values, backwards=False))
    if page.before is not None:
        values = ordering.values(page.before, "before")
        query = query.filter(ordering.beyond(values, backwards=True))
    return query


def _slice(
    whole: "QuerySet[Row] | Listed", ordering: Ordering, page: Page, found: Sequence[Row]
) -> Slice[Row]:
    rows = list(found[: page.size])
    has_more = len(found) > page.size
    if page.is_backwards:
        return Slice(rows[::-1], ordering, page.before is not None, has_more, whole)
    return Slice(rows, ordering, has_more, page.after is not None, whole)


class _FirstOfEach(Subquery):
    """Ids of the first rows of each group of a query that numbers them."""

    def __init__(self, query: Any, key: str, count: int) -> None:
        super().__init__(query)
        self._key, self._count = key, count

    def get_sql(self, ctx: Any) -> str:
        numbered = super().get_sql(ctx)
        return f"(SELECT {self._key} FROM ({numbered}) numbered WHERE place <= {self._count})"


async def read_slices(
    model: type[Row], parent: str, parents: Sequence[UUID], ordering: Ordering, page: Page
) -> list[Slice[Row]]:
    """The same page of the list of each parent, all in one statement, in the parents' order."""
    lists = model.filter(**{f"{parent}__in": list(parents)})
    order = ordering.sql(backwards=page.is_backwards)
    place = RawSQL(f'row_number() OVER (PARTITION BY "{parent}" ORDER BY {order})')
    key = model._meta.pk_attr
    numbered = _within(lists, ordering, page).annotate(place=place).values(key, "place")
    rows = await ordering.applied(
        model.filter(pk__in=_FirstOfEach(numbered, key, page.size + 1)), backwards=page.is_backwards
    )
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(getattr(row, parent), []).append(row)
    return [
        _slice(Listed(model, parent, one), ordering, page, found.get(one, [])) for one in parents
    ]


async def count_lists(lists: Sequence[Listed]) -> list[int]:
    """How long each list is; one statement for each kind of list."""
    counts: dict[Listed, int] = {}
    for model, column in dict.fromkeys((one.model, one.column) for one in lists):
        of = [one.parent for one in lists if (one.model, one.column) == (model, column)]
        rows = (
            model.filter(**{f"{column}__in": of})
            .annotate(count=Count(model._meta.pk_attr))
            .group_by(column)
        )
        for parent, count in await rows.values_list(column, "count"):
            counts[Listed(model, column, parent)] = count
    return [counts.get(one, 0) for one in lists]
