"""Estimates how large a response can become, before anything is read.

Pages count with their size. A list without pages counts with an assumed length.
"""

from collections.abc import Mapping, Sequence

from engine.sql.response_budget import Kind, Level
from engine.sql.selection import Field
from engine.sql.statement_builder import BoundArguments

SHORT_LIST = 5
"""The assumed length of a list without pages: few objects have more than some children."""
LONG_LIST = 100
"""Its assumed length inside a list of the same name, where the rare long lists would be multiplied.
It is also the largest page."""
SUBQUERY = 5
"""The cost of running a subquery, counted in values."""
EnclosingLists = tuple[Kind, ...]
"""The lists that a field is inside of, outermost first."""


def estimate_levels(
    field: Field, own: BoundArguments, bound: Mapping[Field, BoundArguments | None]
) -> Sequence[Level]:
    """Return how many objects of each kind the field's value may have on each level."""
    return _times(own.maximum_rows or 1, _SizeEstimate(bound).levels(field, ()))


def estimate_values(
    field: Field, own: BoundArguments, bound: Mapping[Field, BoundArguments | None]
) -> int:
    """Return how many values the field's value may have in all."""
    return (own.maximum_rows or 1) * _SizeEstimate(bound).values(field, ())


def largest_value_count(field: Field) -> int:
    """Return the most values that one object of `field` can have, whatever the arguments are."""
    return _SizeEstimate(None).values(field, ())


def largest_level(field: Field) -> int:
    """Return the most objects on one level that one object of `field` can have."""
    levels = _SizeEstimate(None).levels(field, ())
    return max((count for level in levels for count in level.values()), default=1)


class _SizeEstimate:
    """The estimate for the bound arguments; None for the worst case of all arguments."""

    def __init__(self, bound: Mapping[Field, BoundArguments | None] | None) -> None:
        self._bound = bound
        # Types that share fields share the selections below them: each is estimated once.
        self._levels: dict[tuple[int, EnclosingLists], Sequence[Level]] = {}
        self._values: dict[tuple[int, EnclosingLists], int] = {}

    def values(self, field: Field, enclosing: EnclosingLists) -> int:
        """Return the values of one object of `field`."""
        key = (id(field.selections), enclosing)
        if key not in self._values:
            by_type = (
                sum(self._values_of_member(member, enclosing) for member in fields)
                for fields in field.selections.values()
            )
            self._values[key] = max(by_type, default=0)
        return self._values[key]

    def _values_of_member(self, field: Field, enclosing: EnclosingLists) -> int:
        if not field.selections:
            return 1
        return SUBQUERY + self._length(field, enclosing) * self.values(
            field, _inside(field, enclosing)
        )

    def levels(self, field: Field, enclosing: EnclosingLists) -> Sequence[Level]:
        """Return the levels of one object of `field`, beginning with the object itself."""
        own = {} if _is_part_of_page(field) else {(field.parent, field.name): 1}
        return [own, *self._levels_below(field, enclosing)]

    def _levels_below(self, field: Field, enclosing: EnclosingLists) -> Sequence[Level]:
        key = (id(field.selections), enclosing)
        if key not in self._levels:
            largest: list[dict[Kind, int]] = []
            for fields in field.selections.values():
                _keep_larger(largest, self._levels_of_members(fields, enclosing))
            self._levels[key] = largest
        return self._levels[key]

    def _levels_of_members(
        self, fields: Sequence[Field], enclosing: EnclosingLists
    ) -> Sequence[Level]:
        sums: list[dict[Kind, int]] = []
        for field in fields:
            if field.refusal is None and field.selections:
                levels = self.levels(field, _inside(field, enclosing))
                _add(sums, _times(self._length(field, enclosing), levels))
        return sums

    def _length(self, field: Field, enclosing: EnclosingLists) -> int:
        if self._bound is None and field.arguments is not None:
            return LONG_LIST
        bound = None if self._bound is None else self._bound.get(field)
        if bound is not None and bound.maximum_rows is not None:
            return bound.maximum_rows
        if not field.is_list or _is_part_of_page(field):
            return 1
        return LONG_LIST if any(name == field.name for _, name in enclosing) else SHORT_LIST


def _inside(field: Field, enclosing: EnclosingLists) -> EnclosingLists:
    return (*enclosing, (field.parent, field.name)) if field.is_list else enclosing


def _is_part_of_page(field: Field) -> bool:
    """A page's rows are counted by the connection's field, which has the page's size."""
    return field.parent.endswith(("Connection", "Edge"))


def _times(factor: int, levels: Sequence[Level]) -> list[dict[Kind, int]]:
    return [{kind: factor * count for kind, count in level.items()} for level in levels]


def _add(levels: list[dict[Kind, int]], others: Sequence[Level]) -> None:
    for level, other in _aligned(levels, others):
        for kind, count in other.items():
            level[kind] = level.get(kind, 0) + count


def _keep_larger(levels: list[dict[Kind, int]], others: Sequence[Level]) -> None:
    for level, other in _aligned(levels, others):
        for kind, count in other.items():
            level[kind] = max(level.get(kind, 0), count)


def _aligned(
    levels: list[dict[Kind, int]], others: Sequence[Level]
) -> Sequence[tuple[dict[Kind, int], Level]]:
    levels += [{} for _ in range(len(others) - len(levels))]
    return list(zip(levels, others, strict=False))
