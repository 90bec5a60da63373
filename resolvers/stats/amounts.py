"""Amounts: money in one currency, and time in hours, with the percentiles that are asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from engine.sql.selection import Field, Variables
from errors import Invalid
from models.money import minor_digits, to_decimal
from resolvers.stats.aggregate_dialects import Answered
from resolvers.stats.group_statement_builder import GroupStatementBuilder, Read, Row
from resolvers.stats.measures import Expression

HOUR = 3_600_000_000
"""In microseconds."""
Member = Callable[[Field], Read]


@dataclass(frozen=True, slots=True)
class Duration:
    """From one moment to another, of the rows that have both; in hours."""

    start: Expression
    end: Expression

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        dialect = writing.dialect
        span = dialect.span(self.start(writing), self.end(writing))

        def microseconds(one: Field) -> Read:
            match one.name:
                case "average":
                    return writing.answered(_mean(dialect.span_sum(span), f"count({span})"))
                case "minimum" | "maximum":
                    return writing.answered(dialect.span_end(one.name[:3], span))
            share = writing.value(_share(one, variables))
            return writing.answered(dialect.span_percentile(span, share))

        return members_of(field, lambda one: hours_in(microseconds(one)))


def _mean(total: Answered, count: str) -> Answered:
    def mean(*values: int | None) -> float | None:
        *sums, counted = values
        return total.made(*sums) / counted if counted else None

    return Answered((*total.columns, count), mean)


def hours_in(microseconds: Read) -> Read:
    return lambda row: None if (value := microseconds(row)) is None else value / HOUR


@dataclass(frozen=True, slots=True)
class Money:
    """Whole minor units of the rows in the currency that is asked for."""

    minor: str
    currency: str

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        currency = currency_of(field, variables)
        dialect, minor = writing.dialect, writing.own(self.minor)

        def units(one: Field) -> Read:
            where = f" FILTER (WHERE {writing.own(self.currency)} = {writing.value(currency)})"
            total = dialect.sum(minor, where)
            match one.name:
                case "sum":
                    return writing.answered(total)
                case "average":
                    return writing.answered(_rounded_mean(total, f"count({minor}){where}"))
                case "minimum" | "maximum":
                    return writing.column(f"{one.name[:3]}({minor}){where}")
            share = writing.value(_share(one, variables))
            return _rounded(writing.answered(dialect.percentile(minor, share, where)))

        return members_of(field, lambda one: amount_in(units(one), currency))


def currency_of(field: Field, variables: Variables) -> str:
    """The one that is asked for. Raises Invalid."""
    assert field.arguments is not None, "it takes a currency"
    currency: str = field.arguments(variables)["currency"]
    if minor_digits(currency) is None:
        raise Invalid(
            "This is no currency of ISO 4217: give one like EUR, in capitals.", ("currency",)
        )
    return currency


def _rounded_mean(total: Answered, count: str) -> Answered:
    """Of amounts that are not negative: the nearest one, of two the larger."""

    def mean(*values: int | None) -> int | None:
        *sums, counted = values
        return (2 * total.made(*sums) + counted) // (2 * counted) if counted else None

    return Answered((*total.columns, count), mean)


def _rounded(units: Read) -> Read:
    def rounded(row: Row) -> int | None:
        value = units(row)
        return None if value is None else int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))

    return rounded


def amount_in(units: Read, currency: str) -> Read:
    return lambda row: None if (value := units(row)) is None else str(to_decimal(value, currency))


def members_of(field: Field, member: Member) -> Read:
    members = [
        (one.key, _constant(one.parent) if one.name == "__typename" else member(one))
        for one in field.fields
    ]
    return lambda row: {key: value(row) for key, value in members}


def _constant(value: str) -> Read:
    return lambda row: value


def _share(field: Field, variables: Variables) -> float:
    assert field.arguments is not None, "it takes a share"
    share: float = field.arguments(variables)["p"]
    if not 0 <= share <= 1:
        raise Invalid("Must be from 0 to 1: 0.95 is the 95th percentile.", ("p",))
    return share
