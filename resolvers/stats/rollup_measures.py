"""Measures by the hour: computed of sums that are kept up, where sums are enough."""

from dataclasses import dataclass

from engine.sql.selection import Field, Variables
from models.rollups import MILLION
from resolvers.stats.aggregate_dialects import Answered
from resolvers.stats.amounts import amount_in, currency_of, hours_in, members_of
from resolvers.stats.group_statement_builder import GroupStatementBuilder, Read, Row


class NotByTheHour(Exception):
    """It takes the rows themselves to answer this."""


@dataclass(frozen=True, slots=True)
class HourSum:
    name: str

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        return _total(writing, self.name)

    def number(self, writing: GroupStatementBuilder) -> str:
        return f"sum({writing.own(self.name)})"


@dataclass(frozen=True, slots=True)
class HourShare:
    """Of two sums; as a rate or as a mean."""

    part: str
    whole: str = "many"

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        part, whole = (_total(writing, name) for name in (self.part, self.whole))
        return lambda row: part(row) / whole(row) if whole(row) else None

    def number(self, writing: GroupStatementBuilder) -> str:
        part, whole = (f"sum({writing.own(name)})" for name in (self.part, self.whole))
        return f"CAST({part} AS DOUBLE PRECISION) / NULLIF({whole}, 0)"


@dataclass(frozen=True, slots=True)
class HourSpan:
    """The average of an amount of microseconds, in hours."""

    name: str

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        many, microseconds = _amount(writing, self.name)

        def average(one: Field) -> Read:
            _demand(one, "average")
            return hours_in(lambda row: microseconds(row) / many(row) if many(row) else None)

        return members_of(field, average)


@dataclass(frozen=True, slots=True)
class HourMoney:
    """An amount of minor units. The hours that are read are those of its currency."""

    name: str

    def ask(self, writing: GroupStatementBuilder, field: Field, variables: Variables) -> Read:
        currency = currency_of(field, variables)
        where = f" FILTER (WHERE {writing.own('currency')} = {writing.value(currency)})"
        many, units = _amount(writing, self.name, where)

        def total(row: Row) -> int | None:
            return units(row) if many(row) else None

        def average(row: Row) -> int | None:
            return (2 * units(row) + many(row)) // (2 * many(row)) if many(row) else None

        def member(one: Field) -> Read:
            _demand(one, "sum", "average")
            return amount_in(total if one.name == "sum" else average, currency)

        return members_of(field, member)


def _demand(field: Field, *names: str) -> None:
    if field.name not in names:
        raise NotByTheHour


def _amount(writing: GroupStatementBuilder, name: str, where: str = "") -> tuple[Read, Read]:
    """How many have one, and their sum."""
    many, millions, rest = (
        _total(writing, f"{name}_{part}", where) for part in ("many", "millions", "rest")
    )
    return many, lambda row: millions(row) * MILLION + rest(row)


def _total(writing: GroupStatementBuilder, name: str, where: str = "") -> Read:
    summed = Answered((f"sum({writing.own(name)}){where}",), _whole)
    return writing.answered(summed)


def _whole(value: object) -> int:
    return int(value or 0)  # type: ignore[call-overload,no-any-return]
