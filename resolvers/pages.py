"""Pages: keyset connections over any list, never by offset."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from tortoise.expressions import Q, RawSQL, Subquery
from tortoise.functions import Count
from tortoise.models import Model
from tortoise.queryset import QuerySet

from errors import Invalid

DEFAULT_FIRST = 20
MAXIMUM_FIRST = 100
"""Rows of a page: a screen or two; whoever needs more asks again with the cursor."""
MAXIMUM_CURSOR_LENGTH = 500

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
class Key:
    """One column that a list is ordered by. A missing value comes last in either direction."""

    column: str
    is_descending: bool = False
    is_nullable: bool = False
    parse: Callable[[str | int], Any] = str


@dataclass(frozen=True, slots=True)
class Ordering:
    """The columns of an order, the last of them unique; `tag` names it in cursors."""

    tag: str
    keys: tuple[Key, ...]

    def cursor(self, row: Model) -> str:
        values = [getattr(row, key.column) for key in self.keys]
        return base64.urlsafe_b64encode(orjson.dumps([self.tag, values], default=str)).decode()

    def values(self, cursor: str, name: str) -> list[Any]:
        """Raises Invalid if this is no cursor of a list in this order."""
        try:
            tag, values = orjson.loads(base64.urlsafe_b64decode(cursor[:MAXIMUM_CURSOR_LENGTH]))
            if tag == self.tag and len(values) == len(self.keys):
                return [
                    self._parsed(key, value) for key, value in zip(self.keys, values, strict=True)
                ]
        except (ValueError, TypeError, ArithmeticError):
            pass
        raise Invalid("This is no cursor of a list in this order.", (name,))

    @staticmethod
    def _parsed(key: Key, value: Any) -> Any:
        if value is None and key.is_nullable:
            return None
        if not isinstance(value, str | int) or "\0" in str(value):
            raise ValueError("no such place")
        return key.parse(value)

    def beyond(self, values: Sequence[Any], *, backwards: bool) -> Q:
        """Rows that come after these values; before them, if backwards."""
        beyond = Q()
        equal = Q()
        for key, value in zip(self.keys, values, strict=True):
            step = _beyond(key, value, backwards=backwards)
            if step is not None:
                beyond |= equal & step
            equal &= (
                condition(f"{key.column}__isnull", True)
                if value is None
                else condition(key.column, value)
            )
        return beyond

    def applied(self, query: QuerySet[Row], *, backwards: bool) -> QuerySet[Row]:
        names: list[str] = []
        for key in self.keys:
            if key.is_nullable:
                missing = f"{key.column}_is_missing"
                query = query.annotate(**{missing: RawSQL(f'"{key.column}" IS NULL')})
                names.append(f"-{missing}" if backwards else missing)
            names.append(key.column if key.is_descending == backwards else f"-{key.column}")
        return query.order_by(*names)

    def sql(self, *, backwards: bool) -> str:
        """For a window: its keys are never missing."""
        return ", ".join(
            f'"{key.column}" {"ASC" if key.is_descending == backwards else "DESC"}'
            for key in self.keys
        )


def _beyond(key: Key, value: Any, *, backwards: bool) -> Q | None:
    comparison = "gt" if key.is_descending == backwards else "lt"
    if value is None:
        return condition(f"{key.column}__isnull", False) if backwards else None
    step = condition(f"{key.column}__{comparison}", value)
    if key.is_nullable and not backwards:
        step |= condition(f"{key.column}__isnull", True)
    return step


def condition(name: str, value: Any) -> Q:
    """One whose column has a name that is computed."""
    return Q(**{name: value})


def whole(bits: int) -> Callable[[str | int], int]:
    """A number that a column of so many bits can be compared with."""

    def parse(value: str | int) -> int:
        number = int(value)
        if number.bit_length() >= bits:
            raise ValueError("no such place")
        return number

    return parse


def moment(value: str | int) -> datetime:
    """A time with its zone."""
    parsed = datetime.fromisoformat(str(value))
    if parsed.tzinfo is None:
        raise ValueError("no zone")
    return parsed.astimezone(UTC)


def identity(value: str | int) -> UUID:
    return UUID(str(value))


def timed(tag: str, column: str, *, descending: bool = True, nullable: bool = False) -> Ordering:
    """By a time, then by id in the same direction."""
    return Ordering(tag, (Key(column, descending, nullable, moment), by_id(descending)))


def by_id(descending: bool) -> Key:
    return Key("id", descending, parse=identity)


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
