"""Conditions on single columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from tortoise.expressions import F, Q, Subquery
from tortoise.models import Model

from errors import Invalid
from models.carriers import comparable_carrier
from models.health import LATE_ONLY_BY_DELIVERY, NEVER_LATE
from resolvers.filters.bounds import filter_path
from resolvers.ordering import condition


@dataclass(kw_only=True)
class TimeRange:
    """from <= t < until."""

    since: datetime | None = None
    until: datetime | None = None

    def conditions(self, column: str) -> Q:
        conditions = Q()
        try:
            if self.since is not None:
                conditions &= condition(f"{column}__gte", self.since.astimezone(UTC))
            if self.until is not None:
                conditions &= condition(f"{column}__lt", self.until.astimezone(UTC))
        except OverflowError as error:
            raise Invalid("Lies outside the years 1 to 9999.", filter_path(column)) from error
        return conditions


def among(column: str, values: Sequence[object] | None) -> Q:
    return Q() if values is None else condition(f"{column}__in", list(values))


def within(column: str, range_: TimeRange | None) -> Q:
    return Q() if range_ is None else range_.conditions(column)


def lateness(model: type[Model], statuses: type[StrEnum], now: datetime, *, is_late: bool) -> Q:
    """The same as models.health.is_late, said to the database."""
    never = [one for one in statuses if one in NEVER_LATE]
    only_by_delivery = [one for one in statuses if one in LATE_ONLY_BY_DELIVERY]
    late = Q(late_after__not_isnull=True, status__not_in=never) & (
        Q(delivered_at__not_isnull=True, late_after__lt=F("delivered_at"))
        | Q(delivered_at__isnull=True, late_after__lt=now, status__not_in=only_by_delivery)
    )
    if is_late:
        return late
    return Q(id__not_in=Subquery(model.filter(late).values("id")))


def capitals(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else [one.upper() for one in values]


def carriers(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else [comparable_carrier(one) for one in values]
