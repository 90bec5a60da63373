"""Which exceptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q, Subquery

from models.enums import UNRESOLVED, ExceptionSeverity, ExceptionStatus, ExceptionType, Party
from models.exceptions import OrderException
from models.shipments import Shipment
from resolvers.filters.branches import combined, demand_all_bounds
from resolvers.filters.columns import TimeRange, among, carriers, within


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


def exception_conditions(given: ExceptionFilter, now: datetime) -> Q:
    demand_all_bounds(given)

    def one(branch: ExceptionFilter) -> Q:
        return _exception_conditions(branch, now)

    return combined(OrderException, given, one)


def _exception_conditions(given: ExceptionFilter, now: datetime) -> Q:
    conditions = (
        among("status", given.status)
        & among("type", given.type)
        & among("severity", given.severity)
        & among("caused_by", given.caused_by)
        & within("due_at", given.due_at)
        & within("opened_at", given.opened_at)
        & within("resolved_at", given.resolved_at)
    )
    if given.assignee is not None:
        conditions &= Q(assignee=given.assignee)
    if given.action_required is not None:
        conditions &= Q(action_required=given.action_required)
    if given.carrier is not None:
        shipments = Shipment.filter(carrier__in=carriers(given.carrier))
        conditions &= Q(shipment_id__in=Subquery(shipments.values("id")))
    if given.is_overdue is not None:
        overdue = Q(due_at__lt=now, status__in=UNRESOLVED)
        matching = Subquery(OrderException.filter(overdue).values("id"))
        conditions &= overdue if given.is_overdue else Q(id__not_in=matching)
    return conditions
