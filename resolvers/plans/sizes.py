"""How much an answer may hold, known before anything is read."""

from collections.abc import Mapping

from errors import LimitExceeded
from resolvers.plans.selection import Field
from resolvers.plans.writing import Asked

MAXIMUM_THINGS = 10_000
"""On one level of an answer: a full page of full pages. Lists within lists within lists grow by a
hundred with each level, and whoever holds one tracking id may ask."""
A_FEW = 5
"""What a list without pages counts as: an order has some shipments, lines, exceptions."""
MANY = 100
"""What it counts as inside of itself, where the few that have many would be multiplied; and the
largest page."""
Sizes = Mapping[Field, Asked | None] | None
"""What is asked for; None before it is known."""


def demand_room(field: Field, own: Asked, asked: Mapping[Field, Asked | None]) -> None:
    """Raises LimitExceeded."""
    most = (own.things or 1) * _most(field, asked, ())
    if most > MAXIMUM_THINGS:
        raise LimitExceeded(
            f"A level of this answer may hold {most} things; at most {MAXIMUM_THINGS} are given."
            " Ask for smaller pages, or for less inside of them."
        )


def is_small(field: Field) -> bool:
    """Whether there is room for it whatever its arguments are."""
    is_page = field.is_list or any("Connection" in name for name in field.selections)
    return (MANY if is_page else 1) * _most(field, None, ()) <= MAXIMUM_THINGS


def _most(field: Field, asked: Sizes, above: tuple[tuple[str, str], ...]) -> int:
    """Things on the largest level within one of `field`."""
    most = 1
    for fields in field.selections.values():
        for one in fields:
            if one.refusal is None and one.selections:
                most = max(most, _count(one, asked, above) * _most(one, asked, _below(one, above)))
    return most


def _count(field: Field, asked: Sizes, above: tuple[tuple[str, str], ...]) -> int:
    if asked is None and field.arguments is not None:
        return MANY
    if asked is not None and (of := asked.get(field)) is not None and of.things is not None:
        return of.things
    if not field.is_list or field.parent.endswith(("Connection",)):
        return 1
    return MANY if (field.parent, field.name) in above else A_FEW


def _below(field: Field, above: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return (*above, (field.parent, field.name)) if field.is_list else above
