"""Conditions on single columns of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from database.bounds import clamped
from engine.sql.conditions import BOOLEAN, EVERYTHING, TIME, Condition, among, compared
from models.carriers import comparable_carrier
from models.health import LATE_ONLY_BY_DELIVERY, NEVER_LATE


@dataclass(kw_only=True)
class TimeRange:
    """A range of time: from <= t < until. An end that is left out is open."""

    since: Annotated[datetime | None, "The first moment of the range."] = None
    until: Annotated[
        datetime | None,
        "The end of the range, which is not part of it. It must not lie before from; if both are"
        " the same, nothing matches.",
    ] = None

    def __post_init__(self) -> None:
        # All stored times lie within the bounds of time, so that an end outside them admits the
        # same rows as the bound that it lies beyond: whoever asks from 1970 on means no end.
        self.since = None if self.since is None else clamped(self.since)
        self.until = None if self.until is None else clamped(self.until)

    @property
    def is_reversed(self) -> bool:
        """Whether the range ends before it begins."""
        return self.since is not None and self.until is not None and self.since > self.until


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table. A condition for the value None admits every row."""

    table: str

    def column(self, name: str) -> str:
        return f'"{self.table}"."{name}"'

    def among(self, name: str, values: Sequence[str] | None) -> Condition:
        if values is None:
            return EVERYTHING
        return among(self.column(name), [str(value) for value in values])

    def equal(self, name: str, value: str | None) -> Condition:
        return EVERYTHING if value is None else compared(self.column(name), "=", value)

    def flag(self, name: str, value: bool | None) -> Condition:
        return EVERYTHING if value is None else compared(self.column(name), "=", value, BOOLEAN)

    def present(self, name: str, is_present: bool | None) -> Condition:
        if is_present is None:
            return EVERYTHING
        return Condition(f"{self.column(name)} IS {'NOT ' if is_present else ''}NULL")

    def within(self, name: str, range_: TimeRange | None) -> Condition:
        condition = EVERYTHING
        if range_ is None:
            return condition
        for operator, moment in ((">=", range_.since), ("<", range_.until)):
            if moment is not None:
                condition &= compared(self.column(name), operator, moment, TIME)
        return condition

    def lateness(self, now: datetime, is_late: bool | None) -> Condition:
        """Return the SQL condition for `models.health.is_late`."""
        if is_late is None:
            return EVERYTHING
        status, delivered, deadline = self._of_lateness
        undelivered = Condition(f"{delivered} IS NULL") & compared(deadline, "<", now, TIME)
        late = _none_of(status, NEVER_LATE) & (
            Condition(f"{deadline} < {delivered}")
            | undelivered & _none_of(status, LATE_ONLY_BY_DELIVERY)
        )
        return late if is_late else ~late

    def delivered_late(self) -> Condition:
        """Return the condition of rows that were delivered late.

        They have a partial index of their own (migrations: 0001_orders, 0002_shipments).
        """
        status, delivered, deadline = self._of_lateness
        return _none_of(status, NEVER_LATE) & Condition(f"{deadline} < {delivered}")

    def overdue(self, now: datetime) -> Condition:
        """Return the condition of late rows that are undelivered; they have a partial index too."""
        status, delivered, deadline = self._of_lateness
        waiting = Condition(f"{delivered} IS NULL")
        waiting &= _none_of(status, (*NEVER_LATE, *LATE_ONLY_BY_DELIVERY))
        return waiting & compared(deadline, "<", now, TIME)

    @property
    def _of_lateness(self) -> tuple[str, str, str]:
        return self.column("status"), self.column("delivered_at"), self.column("late_after")


def _none_of(column: str, words: Sequence[str]) -> Condition:
    """Return the condition that a column has none of our enum values, which need no quoting."""
    return Condition(" AND ".join(f"{column} <> '{word}'" for word in words))


def capitals(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else [value.upper() for value in values]


def carriers(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else [comparable_carrier(value) for value in values]
