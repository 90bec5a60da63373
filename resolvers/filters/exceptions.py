"""Which exceptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.sql.conditions import EVERYTHING, TIME, Condition, compared, literals
from models.enums import UNRESOLVED, ExceptionSeverity, ExceptionStatus, ExceptionType, Party
from resolvers.filters.boolean_filters import demand_all_bounds, joined
from resolvers.filters.columns import Columns, TimeRange, carriers

EXCEPTIONS = Columns("order_exception")


@dataclass(kw_only=True)
class ExceptionFilter:
    status: list[ExceptionStatus] | None = None
    type: list[ExceptionType] | None = None
    severity: list[ExceptionSeverity] | None = None
    caused_by: list[Party] | None = None
    carrier: Sequence[str] | None = None
    assignee: str | None = None
    is_overdue: bool | None = None
    action_required: bool | None = None
    due_at: TimeRange | None = None
    opened_at: TimeRange | None = None
    resolved_at: TimeRange | None = None
    all_of: "Sequence[ExceptionFilter] | None" = None
    any_of: "Sequence[ExceptionFilter] | None" = None
    none_of: "ExceptionFilter | None" = None


def exception_condition(given: ExceptionFilter, now: datetime) -> Condition:
    demand_all_bounds(given)

    def one(branch: ExceptionFilter) -> Condition:
        return _own(branch) & _overdue(branch, now)

    return joined(given, one)


def is_unresolved() -> Condition:
    return Condition(f"{EXCEPTIONS.column('status')} IN {literals(UNRESOLVED)}")


def _own(given: ExceptionFilter) -> Condition:
    return (
        EXCEPTIONS.among("status", given.status)
        & EXCEPTIONS.among("type", given.type)
        & EXCEPTIONS.among("severity", given.severity)
        & EXCEPTIONS.among("caused_by", given.caused_by)
        & EXCEPTIONS.among("carrier", carriers(given.carrier))
        & EXCEPTIONS.equal("assignee", given.assignee)
        & EXCEPTIONS.flag("action_required", given.action_required)
        & EXCEPTIONS.within("due_at", given.due_at)
        & EXCEPTIONS.within("opened_at", given.opened_at)
        & EXCEPTIONS.within("resolved_at", given.resolved_at)
    )


def _overdue(given: ExceptionFilter, now: datetime) -> Condition:
    if given.is_overdue is None:
        return EVERYTHING
    overdue = is_unresolved() & compared(EXCEPTIONS.column("due_at"), "<", now, TIME)
    return overdue if given.is_overdue else ~overdue
