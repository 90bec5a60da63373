"""Rows put in the order of the keys they were asked by."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from tortoise.models import Model

NEWEST = 99
"""Of what carriers bring without a bound, a plain list shows the first and the newest 99."""

Row = TypeVar("Row", bound=Model)


def in_order_of(keys: Sequence[UUID], rows: Iterable[Row], column: str = "id") -> list[Row | None]:
    """The one row of each key; None where there is none."""
    found = {getattr(row, column): row for row in rows}
    return [found.get(key) for key in keys]


def by_parent(keys: Sequence[UUID], rows: Iterable[Row], column: str) -> list[list[Row]]:
    """The rows of each key, in the order in which they came."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return [found[key] for key in keys]
