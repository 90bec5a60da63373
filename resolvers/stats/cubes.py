"""Nouns: what can be aggregated, by what it can be grouped, and what can be measured of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from strawberry.utils.str_converters import to_camel_case
from tortoise.models import Model

from engine.sql.conditions import Condition
from engine.sql.selection import Reader
from resolvers.stats.group_statement_builder import Child
from resolvers.stats.measures import Measure
from resolvers.stats.rollup_definition import Hours


@dataclass(frozen=True, slots=True)
class Dimension:
    """A column; `words` are all that it can hold, where that is a closed list."""

    column: str
    words: type[StrEnum] | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A column of times, and the field of the filter by which it is kept within a range."""

    column: str
    range_field: str


@dataclass(frozen=True, slots=True)
class Cube:
    model: type[Model]
    condition: Callable[[Any, Reader], Condition]
    """Of the argument `filter`, if it is given."""
    dimensions: Mapping[str, Dimension]
    moments: Mapping[str, Moment]
    """Both by the words of the enums."""
    measures: Mapping[str, Measure]
    """By the fields of a group."""
    children: Mapping[str, Child]
    hours: Hours

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)


def key_field(word: str) -> str:
    """The field of a key that a word of `groupBy` fills."""
    return to_camel_case(word.lower())
