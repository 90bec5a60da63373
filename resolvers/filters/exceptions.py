"""The filter of exceptions and its condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from engine.sql.conditions import EVERYTHING, TIME, Condition, compared, literals
from models.enums import UNRESOLVED, ExceptionSeverity, ExceptionStatus, ExceptionType, Party
from resolvers.filters.boolean_filters import demand_all_bounds, joined
from resolvers.filters.columns import Columns, TimeRange, carriers

EXCEPTIONS = Columns("order_exception")


@dataclass(kw_only=True)
class ExceptionFilter:
    """Selects exceptions. All given fields must match; an empty list matches nothing."""

    status: Annotated[
        list[ExceptionStatus] | None,
        "The exception has one of these statuses.",
    ] = None
    type: Annotated[list[ExceptionType] | None, "The exception has one of these types."] = None
    severity: Annotated[
        list[ExceptionSeverity] | None,
        "The exception has one of these severities.",
    ] = None
    caused_by: Annotated[
        list[Party] | None,
        "The exception was caused by one of these parties.",
    ] = None
    carrier: Annotated[
        Sequence[str] | None,
        "The exception's shipment goes with one of these carriers.",
    ] = None
    assignee: Annotated[
        str | None,
        "This person works on the exception.",
    ] = None
    is_assigned: Annotated[bool | None, "Whether somebody works on the exception."] = None
    is_overdue: Annotated[
        bool | None,
        "Whether the exception is past its due time and unresolved.",
    ] = None
    action_required: Annotated[
        bool | None,
        "Whether the exception needs action by a person.",
    ] = None
    due_at: Annotated[TimeRange | None, "The exception is due in this range."] = None
    opened_at: Annotated[TimeRange | None, "The exception was opened in this range."] = None
    resolved_at: Annotated[
        TimeRange | None,
        "The exception was resolved or dismissed in this range.",
    ] = None
    all_of: Annotated["Sequence[ExceptionFilter] | None", "All of these filters match too."] = None
    any_of: Annotated[
        "Sequence[ExceptionFilter] | None",
        "At least one of these filters matches too.",
    ] = None
    none_of: Annotated["ExceptionFilter | None", "This filter does not match."] = None


def exception_condition(filter_: ExceptionFilter, now: datetime) -> Condition:
    demand_all_bounds(filter_)

    def own_condition(branch: ExceptionFilter) -> Condition:
        return _own(branch) & _overdue(branch, now)

    return joined(filter_, own_condition)


def is_unresolved() -> Condition:
    return Condition(f"{EXCEPTIONS.column('status')} IN {literals(UNRESOLVED)}")


def _own(filter_: ExceptionFilter) -> Condition:
    return (
        EXCEPTIONS.among("status", filter_.status)
        & EXCEPTIONS.among("type", filter_.type)
        & EXCEPTIONS.among("severity", filter_.severity)
        & EXCEPTIONS.among("caused_by", filter_.caused_by)
        & EXCEPTIONS.among("carrier", carriers(filter_.carrier))
        & EXCEPTIONS.equal("assignee", filter_.assignee)
        & EXCEPTIONS.present("assignee", filter_.is_assigned)
        & EXCEPTIONS.flag("action_required", filter_.action_required)
        & EXCEPTIONS.within("due_at", filter_.due_at)
        & EXCEPTIONS.within("opened_at", filter_.opened_at)
        & EXCEPTIONS.within("resolved_at", filter_.resolved_at)
    )


def _overdue(filter_: ExceptionFilter, now: datetime) -> Condition:
    if filter_.is_overdue is None:
        return EVERYTHING
    overdue = is_unresolved() & compared(EXCEPTIONS.column("due_at"), "<", now, TIME)
    return overdue if filter_.is_overdue else ~overdue
