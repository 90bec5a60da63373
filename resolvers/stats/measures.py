"""Measures: what can be known of a group, what it means, and how it is computed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.sql.selection import Field, Variables
from resolvers.stats.group_statement_builder import GroupStatementBuilder, Read, Row

Expression = Callable[[GroupStatementBuilder], str]


class Way(Protocol):
    """How a measure is computed."""

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        """What reads it from the statement's answer. Raises Refusal."""


class Comparable(Way, Protocol):
    """One that groups can be chosen by."""

    def number(self, writing: GroupStatementBuilder) -> str: ...


class HourWay(Way, Protocol):
    """How a measure is computed of kept-up hours."""

    def can_answer(self, field: Field) -> bool:
        """Whether all that is asked for of the measure can be."""


@dataclass(frozen=True, slots=True)
class Measure:
    definition: str
    """What it means: the schema says it too."""
    way: Way
    by_hour: HourWay | None = None
    """How it is computed of kept-up hours, where that gives the same."""


def own(column: str) -> Expression:
    return lambda writing: writing.own(column)


def child(name: str, column: str) -> Expression:
    return lambda writing: writing.child(name, column)


@dataclass(frozen=True, slots=True)
class Count:
    """Rows that a condition admits; all of them without one."""

    which: Expression | None = None

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        read = writing.column(self.number(writing))
        return lambda row: read(row) or 0

    def number(self, writing: GroupStatementBuilder) -> str:
        return "count(*)" if self.which is None else f"count(*){_only(self.which(writing))}"


@dataclass(frozen=True, slots=True)
class Distinct:
    """Different values of an expression."""

    of: Expression

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        read = writing.column(f"count(DISTINCT {self.of(writing)})")
        return lambda row: read(row) or 0


@dataclass(frozen=True, slots=True)
class Sum:
    """Of whole numbers; none where there are none."""

    of: Expression

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        read = writing.sum(self.of(writing))
        return lambda row: read(row) or 0


@dataclass(frozen=True, slots=True)
class Mean:
    """Of whole numbers, where there are any."""

    of: Expression

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        return mean(writing.sum(self.of(writing)), writing.column(f"count({self.of(writing)})"))


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of rows with one thing among those with that thing or another; without another,
    among all. None where there are neither."""

    which: Expression
    other: Expression | None = None

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        part, other = (writing.column(text) for text in self._counts(writing))

        def rate(row: Row) -> float | None:
            whole: int = other(row) or 0
            if self.other is not None:
                whole += part(row) or 0
            return part(row) / whole if whole else None

        return rate

    def number(self, writing: GroupStatementBuilder) -> str:
        part, other = self._counts(writing)
        whole = other if self.other is None else f"({part} + {other})"
        return f"CAST({part} AS DOUBLE PRECISION) / NULLIF({whole}, 0)"

    def _counts(self, writing: GroupStatementBuilder) -> tuple[str, str]:
        """Of the one thing; and of the other, or of all."""
        of = [None if one is None else one(writing) for one in (self.which, self.other)]
        part, other = (f"count(*){'' if one is None else _only(one)}" for one in of)
        return part, other


def mean(total: Read, count: Read) -> Read:
    return lambda row: total(row) / counted if (counted := count(row)) else None


def _only(condition: str) -> str:
    return f" FILTER (WHERE {condition})"
