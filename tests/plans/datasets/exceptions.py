"""Exceptions of a random dataset, with their notes."""

from collections.abc import Sequence
from uuid import UUID

from models.enums import (
    UNRESOLVED,
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Party,
)
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.orders import Order
from tests.plans.datasets.random_values import RandomValues

ASSIGNEES = ("agent1", 'desk"2', "100%")


def build_random_exceptions(
    source: RandomValues, order: Order, events: Sequence[TrackingEvent], count: int
) -> list[OrderException]:
    """At most one unresolved exception of each type, because a constraint forbids a second."""
    unresolved: set[ExceptionType] = set()
    exceptions = []
    for _ in range(count):
        type_, status = source.enum_member(ExceptionType), source.enum_member(ExceptionStatus)
        if status in UNRESOLVED and type_ in unresolved:
            status = ExceptionStatus.RESOLVED
        if status in UNRESOLVED:
            unresolved.add(type_)
        exceptions.append(_build_random_exception(source, order, events, type_, status))
    return exceptions


def _build_random_exception(
    source: RandomValues,
    order: Order,
    events: Sequence[TrackingEvent],
    type_: ExceptionType,
    status: ExceptionStatus,
) -> OrderException:
    opened_by = source.choice(events) if events and source.chance() else None
    severity = source.enum_member(ExceptionSeverity)
    is_closed = status not in UNRESOLVED
    return OrderException(
        id=source.id(),
        order_id=order.id,
        shipment_id=opened_by and opened_by.shipment_id,
        type=type_,
        severity=severity,
        severity_rank=severity.rank,
        caused_by=source.enum_member(Party),
        status=status,
        action_required=source.chance(),
        summary=source.maybe_text(),
        occurrences=source.integer(1, 5),
        opened_by_event_id=opened_by and opened_by.id,
        assignee=source.maybe(source.choice(ASSIGNEES)),
        waiting_on=source.maybe(source.enum_member(Party)),
        opened_at=source.moment(),
        due_at=source.maybe_moment(),
        acknowledged_at=source.maybe_moment(),
        resolved_at=source.moment() if is_closed else None,
        resolution=source.maybe(source.enum_member(ExceptionResolution)) if is_closed else None,
        reopened_count=source.integer(0, 2),
        updated_at=source.moment(),
    )


def build_random_note(source: RandomValues, exception_id: UUID) -> ExceptionNote:
    return ExceptionNote(
        id=source.id(),
        exception_id=exception_id,
        author=source.choice(ASSIGNEES),
        body=source.text(),
        created_at=source.moment(),
    )
