"""Measures by the hour: computed of sums that are kept up, where sums are enough."""

from dataclasses import dataclass

from engine.sql.selection import Field, Variables
from resolvers.stats.amounts import amount_in, currency_of, hours_in, members_of, rounded_mean
from resolvers.stats.group_statement_builder import GroupStatementBuilder, Read, Row
from resolvers.stats.measures import mean


@dataclass(frozen=True, slots=True)
class HourSum:
    name: str

    def can_answer(self, field: Field) -> bool:
        return True

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        return _total(writing, self.name)

    def number(self, writing: GroupStatementBuilder) -> str:
        return f"sum({writing.own(self.name)})"


@dataclass(frozen=True, slots=True)
class HourShare:
    """Of two sums; as a rate or as a mean."""

    part: str
    whole: str = "many"

    def can_answer(self, field: Field) -> bool:
        return True

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        return mean(_total(writing, self.part), _total(writing, self.whole))

    def number(self, writing: GroupStatementBuilder) -> str:
        part, whole = (f"sum({writing.own(name)})" for name in (self.part, self.whole))
        return f"CAST({part} AS DOUBLE PRECISION) / NULLIF({whole}, 0)"


@dataclass(frozen=True, slots=True)
class HourSpan:
    """The average of an amount of milliseconds, in hours."""

    name: str

    def can_answer(self, field: Field) -> bool:
        return _asks_only(field, "average")

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        many, milliseconds = _amount(writing, self.name)
        average = hours_in(mean(milliseconds, many))
        return members_of(field, lambda one: average)


@dataclass(frozen=True, slots=True)
class HourMoney:
    """An amount of minor units. The hours that are read are those of its currency."""

    name: str

    def can_answer(self, field: Field) -> bool:
        return _asks_only(field, "sum", "average")

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        currency = currency_of(field, variables)
        where = f" FILTER (WHERE {writing.own('currency')} = {writing.value(currency)})"
        many, units = _amount(writing, self.name, where)

        def total(row: Row) -> int | None:
            return units(row) if many(row) else None

        ways = {"sum": total, "average": rounded_mean(units, many)}
        return members_of(field, lambda one: amount_in(ways[one.name], currency))


def _asks_only(field: Field, *members: str) -> bool:
    return all(one.name in (*members, "__typename") for one in field.fields)


def _amount(writing: GroupStatementBuilder, name: str, where: str = "") -> tuple[Read, Read]:
    """How many have one, and their sum."""
    return _total(writing, f"{name}_many", where), _total(writing, f"{name}_sum", where)


def _total(writing: GroupStatementBuilder, name: str, where: str = "") -> Read:
    read = writing.sum(writing.own(name), where)
    return lambda row: read(row) or 0
