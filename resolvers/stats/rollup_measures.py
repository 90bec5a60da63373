"""Measures that are computed from hourly sums."""

from dataclasses import dataclass

from engine.sql.selection import Field, Variables
from resolvers.stats.amounts import amount_in, currency_of, hours_in, members_of, rounded_mean
from resolvers.stats.group_statement_builder import GroupStatementBuilder, Read, Row
from resolvers.stats.measures import mean, quotient


@dataclass(frozen=True, slots=True)
class HourlySum:
    """The sum of an hourly sum."""

    name: str

    def supports(self, field: Field) -> bool:
        return True

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        return _total(builder, self.name)

    def expression(self, builder: GroupStatementBuilder) -> str:
        return f"COALESCE({_sum(builder, self.name)}, 0)"


@dataclass(frozen=True, slots=True)
class HourlyRatio:
    """One sum divided by another: a rate or a mean."""

    part: str
    whole: str = "row_count"

    def supports(self, field: Field) -> bool:
        return True

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        return mean(_total(builder, self.part), _total(builder, self.whole))

    def expression(self, builder: GroupStatementBuilder) -> str:
        return quotient(_sum(builder, self.part), _sum(builder, self.whole))


@dataclass(frozen=True, slots=True)
class HourlyDuration:
    """The average of a duration, which is summed in milliseconds, in hours."""

    name: str

    def supports(self, field: Field) -> bool:
        return _selects_only(field, "average")

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        count, milliseconds = _amount(builder, self.name)
        average = hours_in(mean(milliseconds, count))
        return members_of(field, lambda _: average)

    def expression(self, builder: GroupStatementBuilder) -> str:
        """Return an expression for the average, in milliseconds."""
        return quotient(_sum(builder, f"{self.name}_sum"), _sum(builder, f"{self.name}_count"))


@dataclass(frozen=True, slots=True)
class HourlyMoney:
    """The sum and average of an amount of minor units. The sums that are read are those of its
    currency."""

    name: str

    def supports(self, field: Field) -> bool:
        return _selects_only(field, "sum", "average")

    def add_to(self, builder: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        currency = currency_of(field, variables)
        where = f" FILTER (WHERE {builder.column('currency')} = {builder.value(currency)})"
        count, units = _amount(builder, self.name, where)

        def total(row: Row) -> int | None:
            return units(row) if count(row) else None

        members = {"sum": total, "average": rounded_mean(units, count)}
        return members_of(field, lambda member: amount_in(members[member.name], currency))


def _selects_only(field: Field, *members: str) -> bool:
    return all(member.name in (*members, "__typename") for member in field.fields)


def _amount(builder: GroupStatementBuilder, name: str, where: str = "") -> tuple[Read, Read]:
    """Return the number of rows that have the amount, and their sum."""
    return _total(builder, f"{name}_count", where), _total(builder, f"{name}_sum", where)


def _sum(builder: GroupStatementBuilder, name: str) -> str:
    return f"sum({builder.column(name)})"


def _total(builder: GroupStatementBuilder, name: str, where: str = "") -> Read:
    read = builder.add_sum(builder.column(name), where)
    return lambda row: read(row) or 0
