"""Cubes: the tables that can be aggregated, with their dimensions and measures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from strawberry.utils.str_converters import to_camel_case
from tortoise.models import Model

from engine.sql.conditions import Condition
from engine.sql.selection import Reader
from resolvers.stats.enums import StatsOrderField
from resolvers.stats.group_statement_builder import Child
from resolvers.stats.measures import Measure
from resolvers.stats.rollup_definition import RollupDefinition


@dataclass(frozen=True, slots=True)
class Dimension:
    """A column to group by. `words` is the enum of its values, if there is one."""

    column: str
    values: type[StrEnum] | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A column of times, and the filter field that limits it to a range."""

    column: str
    range_field: str


@dataclass(frozen=True, slots=True)
class Cube:
    model: type[Model]
    condition: Callable[[Any, Reader], Condition]
    """Returns the condition of a given argument `filter`."""
    dimensions: Mapping[str, Dimension]
    moments: Mapping[str, Moment]
    """Dimensions and moments are found by the values of the API's enums."""
    measures: Mapping[str, Measure]
    """The measures, by the names of a group's fields."""
    orderable: Mapping[StatsOrderField, str]
    """The measures that groups can be ordered by besides their keys. Each is a `Comparable`, and so
    is its computation from the rollups."""
    children: Mapping[str, Child]
    rollup: RollupDefinition

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)


def key_field(word: str) -> str:
    """Return the name of the key's field that an enum value of `groupBy` fills."""
    return to_camel_case(word.lower())
