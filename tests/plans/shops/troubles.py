"""Troubles of a shop by chance: exceptions, and what was noted of them."""

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
from tests.plans.shops.chances import Chances

ASSIGNEES = ("ann", 'b"ob', "100%")


def make_exceptions(
    chance: Chances, order: Order, events: Sequence[TrackingEvent], count: int
) -> list[OrderException]:
    """At most one unresolved of each type, so that none stands in another's way."""
    unresolved: set[ExceptionType] = set()
    made = []
    for _ in range(count):
        type_, status = chance.word(ExceptionType), chance.word(ExceptionStatus)
        if status in UNRESOLVED and type_ in unresolved:
            status = ExceptionStatus.RESOLVED
        if status in UNRESOLVED:
            unresolved.add(type_)
        made.append(_make_exception(chance, order, events, type_, status))
    return made


def _make_exception(
    chance: Chances,
    order: Order,
    events: Sequence[TrackingEvent],
    type_: ExceptionType,
    status: ExceptionStatus,
) -> OrderException:
    opened_by = chance.one_of(events) if events and chance.is_so() else None
    severity = chance.word(ExceptionSeverity)
    is_closed = status not in UNRESOLVED
    return OrderException(
        id=chance.id(),
        order_id=order.id,
        shipment_id=opened_by and opened_by.shipment_id,
        type=type_,
        severity=severity,
        severity_rank=severity.rank,
        caused_by=chance.word(Party),
        status=status,
        action_required=chance.is_so(),
        summary=chance.maybe_text(),
        occurrences=chance.count(1, 5),
        opened_by_event_id=opened_by and opened_by.id,
        assignee=chance.maybe(chance.one_of(ASSIGNEES)),
        waiting_on=chance.maybe(chance.word(Party)),
        opened_at=chance.moment(),
        due_at=chance.maybe_moment(),
        acknowledged_at=chance.maybe_moment(),
        resolved_at=chance.moment() if is_closed else None,
        resolution=chance.maybe(chance.word(ExceptionResolution)) if is_closed else None,
        reopened_count=chance.count(0, 2),
        updated_at=chance.moment(),
    )


def make_note(chance: Chances, exception_id: UUID) -> ExceptionNote:
    return ExceptionNote(
        id=chance.id(),
        exception_id=exception_id,
        author=chance.one_of(ASSIGNEES),
        body=chance.text(),
        created_at=chance.moment(),
    )
