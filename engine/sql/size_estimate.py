"""How much an answer may hold, known before anything is read."""

from collections.abc import Mapping, Sequence

from engine.sql.response_budget import Kind, Level
from engine.sql.selection import Field
from engine.sql.statement_builder import BoundArguments

A_FEW = 5
"""What a list without pages counts as: an order has some shipments, lines, exceptions."""
MANY = 100
"""What it counts as inside of itself, where the few that have many would be multiplied; and the
largest page."""
A_QUERY = 5
"""Values that it counts as to look for something at all."""
Above = tuple[Kind, ...]
"""The lists that a field is within."""


def levels_of(
    field: Field, own: BoundArguments, asked: Mapping[Field, BoundArguments | None]
) -> Sequence[Level]:
    """How many things of each kind its value may hold on each level."""
    return _times(own.things or 1, _Sizes(asked).of(field, ()))


def values_of(
    field: Field, own: BoundArguments, asked: Mapping[Field, BoundArguments | None]
) -> int:
    """How many values it may hold in all."""
    return (own.things or 1) * _Sizes(asked).values(field, ())


def values_at_worst(field: Field) -> int:
    """Within one of `field`, whatever its arguments are."""
    return _Sizes(None).values(field, ())


def at_worst(field: Field) -> int:
    """Things on the largest level within one of `field`, whatever its arguments are."""
    levels = _Sizes(None).of(field, ())
    return max((many for level in levels for many in level.values()), default=1)


class _Sizes:
    """By what is asked for; None before it is known."""

    def __init__(self, asked: Mapping[Field, BoundArguments | None] | None) -> None:
        self._asked = asked
        # Several types have in common what is within their common fields.
        self._known: dict[tuple[int, Above], Sequence[Level]] = {}
        self._values: dict[tuple[int, Above], int] = {}

    def values(self, field: Field, above: Above) -> int:
        """Of one of `field`."""
        key = (id(field.selections), above)
        if key not in self._values:
            of_each = (
                sum(self._values_in(one, above) for one in fields)
                for fields in field.selections.values()
            )
            self._values[key] = max(of_each, default=0)
        return self._values[key]

    def _values_in(self, field: Field, above: Above) -> int:
        if not field.selections:
            return 1
        within = (*above, (field.parent, field.name)) if field.is_list else above
        return A_QUERY + self._count(field, above) * self.values(field, within)

    def of(self, field: Field, above: Above) -> Sequence[Level]:
        own = {} if _is_of_page(field) else {(field.parent, field.name): 1}
        return [own, *self._within(field, above)]

    def _within(self, field: Field, above: Above) -> Sequence[Level]:
        key = (id(field.selections), above)
        if key not in self._known:
            largest: list[dict[Kind, int]] = []
            for fields in field.selections.values():
                _keep_larger(largest, self._together(fields, above))
            self._known[key] = largest
        return self._known[key]

    def _together(self, fields: Sequence[Field], above: Above) -> Sequence[Level]:
        found: list[dict[Kind, int]] = []
        for one in fields:
            if one.refusal is None and one.selections:
                levels = self.of(one, (*above, (one.parent, one.name)) if one.is_list else above)
                _add(found, _times(self._count(one, above), levels))
        return found

    def _count(self, field: Field, above: Above) -> int:
        if self._asked is None and field.arguments is not None:
            return MANY
        of = None if self._asked is None else self._asked.get(field)
        if of is not None and of.things is not None:
            return of.things
        if not field.is_list or _is_of_page(field):
            return 1
        return MANY if any(name == field.name for _, name in above) else A_FEW


def _is_of_page(field: Field) -> bool:
    """What is in a page counts where the page is asked for."""
    return field.parent.endswith(("Connection", "Edge"))


def _times(count: int, levels: Sequence[Level]) -> list[dict[Kind, int]]:
    return [{kind: count * many for kind, many in level.items()} for level in levels]


def _add(levels: list[dict[Kind, int]], others: Sequence[Level]) -> None:
    for level, other in _side_by_side(levels, others):
        for kind, many in other.items():
            level[kind] = level.get(kind, 0) + many


def _keep_larger(levels: list[dict[Kind, int]], others: Sequence[Level]) -> None:
    for level, other in _side_by_side(levels, others):
        for kind, many in other.items():
            level[kind] = max(level.get(kind, 0), many)


def _side_by_side(
    levels: list[dict[Kind, int]], others: Sequence[Level]
) -> Sequence[tuple[dict[Kind, int], Level]]:
    levels += [{} for _ in range(len(others) - len(levels))]
    return list(zip(levels, others, strict=False))
