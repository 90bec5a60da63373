"""Amounts: money in one currency, and time in hours, with the requested percentiles."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from engine.sql.selection import Field, Variables
from errors import Invalid
from models.money import minor_digits, to_decimal
from resolvers.stats.group_statement_builder import GroupStatementBuilder, Read, Row
from resolvers.stats.measures import Expression, mean, quotient

HOUR = 3_600_000
"""The milliseconds of an hour: durations are counted in milliseconds."""
Member = Callable[[Field], Read]


@dataclass(frozen=True, slots=True)
class Duration:
    """The time from one moment to another in hours; rows without one of them do not count."""

    start: Expression
    end: Expression

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        span, have_both = self._span(builder)

        def milliseconds(member: Field) -> Read:
            match member.name:
                case "average":
                    return mean(builder.add_sum(span), builder.add_column(have_both))
                case "minimum" | "maximum":
                    return builder.add_column(f"{member.name[:3]}({span})")
            share = builder.value(_share(member, variables))
            return builder.add_column(builder.dialect.percentile(span, share, ""))

        return members_of(field, lambda member: hours_in(milliseconds(member)))

    def expression(self, builder: GroupStatementBuilder) -> str:
        """Return an expression for the average, in milliseconds."""
        span, have_both = self._span(builder)
        return quotient(f"sum({span})", have_both)

    def _span(self, builder: GroupStatementBuilder) -> tuple[str, str]:
        """Return the SQL of a row's milliseconds, and that of the number of rows that have them."""
        start, end = self.start(builder), self.end(builder)
        have_both = f"count(*) FILTER (WHERE {start} IS NOT NULL AND {end} IS NOT NULL)"
        return builder.dialect.milliseconds(start, end), have_both


def hours_in(milliseconds: Read) -> Read:
    return lambda row: None if (value := milliseconds(row)) is None else value / HOUR


@dataclass(frozen=True, slots=True)
class MoneyAmount:
    """An amount of the rows in the requested currency; they store it in whole minor units."""

    minor: str
    currency: str

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        currency = currency_of(field, variables)
        minor = builder.column(self.minor)

        def units(member: Field) -> Read:
            where = f" FILTER (WHERE {builder.column(self.currency)} = {builder.value(currency)})"
            match member.name:
                case "sum":
                    return builder.add_sum(minor, where)
                case "average":
                    count = builder.add_column(f"count({minor}){where}")
                    return rounded_mean(builder.add_sum(minor, where), count)
                case "minimum" | "maximum":
                    return builder.add_column(f"{member.name[:3]}({minor}){where}")
            share = builder.value(_share(member, variables))
            return _rounded(builder.add_column(builder.dialect.percentile(minor, share, where)))

        return members_of(field, lambda member: amount_in(units(member), currency))


def currency_of(field: Field, variables: Variables) -> str:
    """Return the currency in the field's arguments. Raises Invalid if it is unknown."""
    assert field.arguments is not None, "it takes a currency"
    currency: str = field.arguments(variables)["currency"]
    if minor_digits(currency) is None:
        raise Invalid(
            "This is not a currency of ISO 4217: give one like EUR, in capitals.", ("currency",)
        )
    return currency


def rounded_mean(total: Read, count: Read) -> Read:
    """Return the mean of amounts that are not negative, rounded to the nearest; halves go up."""

    def rounded(row: Row) -> int | None:
        counted = count(row)
        return (2 * total(row) + counted) // (2 * counted) if counted else None

    return rounded


def _rounded(units: Read) -> Read:
    def rounded(row: Row) -> int | None:
        value = units(row)
        return None if value is None else int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))

    return rounded


def amount_in(units: Read, currency: str) -> Read:
    return lambda row: None if (value := units(row)) is None else str(to_decimal(value, currency))


def members_of(field: Field, read_member: Member) -> Read:
    members = [
        (
            member.key,
            _constant(member.parent) if member.name == "__typename" else read_member(member),
        )
        for member in field.fields
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
