"""Measures of groups: what each one means, and how it is computed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.sql.selection import Field, Variables
from resolvers.stats.group_statement_builder import GroupStatementBuilder, Read, Row

Expression = Callable[[GroupStatementBuilder], str]


class Computation(Protocol):
    """How a measure is computed."""

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        """Add the columns that the measure needs, and return the function that reads it from a row.

        Raises DomainError.
        """


class Comparable(Computation, Protocol):
    """A measure that groups can be selected by (`having`), or ordered by (`orderBy`)."""

    def expression(self, builder: GroupStatementBuilder) -> str:
        """Return an expression for one number of each group, NULL if the group has none."""


class HourlyComputation(Computation, Protocol):
    """How a measure is computed from the hourly rollups."""

    def supports(self, field: Field) -> bool:
        """Return whether the rollups have everything that the query selects of the measure."""


@dataclass(frozen=True, slots=True)
class Measure:
    definition: str
    """The meaning of the measure, which is also the field's description in the schema."""
    computation: Computation
    hourly: HourlyComputation | None = None
    """The computation of the same value from the rollups; None if they cannot give it."""


def column(column: str) -> Expression:
    return lambda builder: builder.column(column)


def child_column(name: str, column: str) -> Expression:
    return lambda builder: builder.child_column(name, column)


@dataclass(frozen=True, slots=True)
class Count:
    """Counts the rows that meet a condition, or all rows."""

    which: Expression | None = None

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        read = builder.add_column(self.expression(builder))
        return lambda row: read(row) or 0

    def expression(self, builder: GroupStatementBuilder) -> str:
        return "count(*)" if self.which is None else f"count(*){_only(self.which(builder))}"


@dataclass(frozen=True, slots=True)
class Distinct:
    """Counts the different values of an expression."""

    of: Expression

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        read = builder.add_column(f"count(DISTINCT {self.of(builder)})")
        return lambda row: read(row) or 0


@dataclass(frozen=True, slots=True)
class Sum:
    """Adds up whole numbers; 0 if there are no rows."""

    of: Expression

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        read = builder.add_sum(self.of(builder))
        return lambda row: read(row) or 0


@dataclass(frozen=True, slots=True)
class Mean:
    """Averages whole numbers; None if there are no rows."""

    of: Expression

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        return mean(
            builder.add_sum(self.of(builder)), builder.add_column(f"count({self.of(builder)})")
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of rows that meet `which`, among those that meet `which` or `other`.

    Without `other` it is the share among all rows. It is None if there are no such rows.
    """

    which: Expression
    other: Expression | None = None

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        part, other = (builder.add_column(text) for text in self._counts(builder))

        def rate(row: Row) -> float | None:
            whole: int = other(row) or 0
            if self.other is not None:
                whole += part(row) or 0
            return part(row) / whole if whole else None

        return rate

    def expression(self, builder: GroupStatementBuilder) -> str:
        part, other = self._counts(builder)
        return quotient(part, other if self.other is None else f"({part} + {other})")

    def _counts(self, builder: GroupStatementBuilder) -> tuple[str, str]:
        """Return the SQL that counts the rows of `which`, and that for `other` or all."""
        of = [None if one is None else one(builder) for one in (self.which, self.other)]
        part, other = (f"count(*){'' if one is None else _only(one)}" for one in of)
        return part, other


def mean(total: Read, count: Read) -> Read:
    return lambda row: total(row) / counted if (counted := count(row)) else None


def quotient(part: str, whole: str) -> str:
    """Return the expression for a quotient of whole numbers, NULL if the whole is 0.

    Equal quotients are equal numbers, whatever they are quotients of: parts up to 2^53 are exact as
    doubles, and the database rounds the result correctly.
    """
    return f"CAST({part} AS DOUBLE PRECISION) / NULLIF({whole}, 0)"


def _only(condition: str) -> str:
    return f" FILTER (WHERE {condition})"
