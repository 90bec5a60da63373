"""Exceptions against the news: what the walk leaves open meets the records."""

from datetime import datetime

from models.effects import PIECES_GONE
from models.enums import (
    ExceptionResolution,
    ExceptionStatus,
    ExceptionType,
)
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.fold import Folded, Trouble, news_key
from models.quantities import Parcel
from models.shipments import Shipment
from tracking.recording import difference
from tracking.settling.settlement import Settlement

TAKEN_BACK = "The news that opened it was taken back."


def settle_exceptions(this: Settlement, parcel: Parcel, folded: Folded) -> None:
    """Open, add to, or clear the records of one shipment, as its news says."""
    shipment = parcel.shipment
    troubles = dict(folded.troubles)
    _add_pieces_gone(troubles, parcel, folded)
    records = this.loaded.exceptions_of(shipment)
    unresolved = {one.type: one for one in records if one.is_unresolved}
    for type_, trouble in troubles.items():
        records_of_type = [one for one in records if one.type is type_]
        _meet(this, shipment, trouble, folded, records_of_type)
    for type_, record in unresolved.items():
        if type_ not in troubles and not record.is_personal:
            _close(this, shipment, record, folded)


def _add_pieces_gone(
    troubles: dict[ExceptionType, Trouble], parcel: Parcel, folded: Folded
) -> None:
    if parcel.is_short and folded.status_event is not None:
        known = troubles.get(PIECES_GONE.type)
        news = known.news if known else [folded.status_event]
        troubles[PIECES_GONE.type] = Trouble(PIECES_GONE, news)


def _meet(
    this: Settlement,
    shipment: Shipment,
    trouble: Trouble,
    folded: Folded,
    records: list[OrderException],
) -> None:
    record = next((one for one in records if one.is_unresolved), None)
    closed = (one.counted_key or "" for one in records if one.was_closed_by_person)
    bar = max(closed, default="")
    news = [event for event in trouble.news if news_key(event) > bar]
    if record is not None and (news or record.is_personal):
        _add_to(this, shipment, record, trouble, news)
    elif record is not None:
        _close(this, shipment, record, folded)
    elif news:
        _open(this, shipment, trouble, news)


def _open(
    this: Settlement, shipment: Shipment, trouble: Trouble, news: list[TrackingEvent]
) -> None:
    opening, first = trouble.opening, news[0]
    record = OrderException(
        order_id=this.order.id,
        shipment_id=shipment.id,
        type=opening.type,
        severity=opening.severity,
        severity_rank=opening.severity.rank,
        caused_by=opening.caused_by,
        status=ExceptionStatus.OPEN,
        action_required=opening.action_required,
        summary=_summary(first),
        occurrences=len(news),
        counted_key=news_key(news[-1]),
        opened_by_event_id=first.id,
        opened_at=first.occurred_at,
        due_at=due_at(this, opening.severity.value, first.occurred_at),
        updated_at=this.act.now,
    )
    this.loaded.exceptions.append(this.act.rows.add(record))
    this.record.exception_status(shipment, record, None, first.occurred_at)


def _summary(event: TrackingEvent) -> str:
    said = event.type.replace("_", " ").capitalize()
    return f"{said} at {place}" if (place := _place(event)) else said


def _place(event: TrackingEvent) -> str:
    location = event.location or {}
    return ", ".join(location[name] for name in ("city", "country") if location.get(name))


def due_at(this: Settlement, severity: str, opened_at: datetime) -> datetime | None:
    allowed = {key.value: value for key, value in this.act.tracker.due.items()}.get(severity)
    return None if allowed is None else opened_at + allowed


def _add_to(
    this: Settlement,
    shipment: Shipment,
    record: OrderException,
    trouble: Trouble,
    news: list[TrackingEvent],
) -> None:
    """The same news again adds to the record; a person's own record stays as the person made it."""
    if not news:
        return
    before = (record.occurrences, record.severity, record.opened_at)
    counted = len(news) + record.was_opened_by_person
    record.occurrences = max(counted, record.occurrences) if record.is_personal else counted
    record.counted_key = news_key(news[-1])
    if not record.is_personal:
        record.opened_at = news[0].occurred_at
        record.opened_by_event_id = news[0].id
        record.severity = trouble.opening.severity
        record.severity_rank = trouble.opening.severity.rank
        record.caused_by = trouble.opening.caused_by
        record.action_required = trouble.opening.action_required
        record.summary = _summary(news[0])
        if not record.is_due_at_given:
            record.due_at = due_at(this, record.severity.value, record.opened_at)
    after = (record.occurrences, record.severity, record.opened_at)
    said = [
        difference(name, was, now)
        for name, was, now in zip(("occurrences", "severity", "openedAt"), before, after, strict=True)
        if was != now
    ]
    if said:
        record.updated_at = this.act.now
        this.record.exception_amended(shipment, record, said, news[-1].occurred_at)


def _close(
    this: Settlement, shipment: Shipment, record: OrderException, folded: Folded
) -> None:
    previous, event = record.status, folded.cleared_by.get(record.type)
    is_cleared = record.type in folded.ever_opened or record.type is PIECES_GONE.type
    happened_at = event.occurred_at if event else this.happened_at
    record.status = ExceptionStatus.RESOLVED if is_cleared else ExceptionStatus.DISMISSED
    record.resolution = ExceptionResolution.CLEARED if is_cleared else None
    record.resolved_at = max(happened_at, record.opened_at)
    record.waiting_on = None
    record.updated_at = this.act.now
    this.record.exception_status(
        shipment, record, previous, record.resolved_at, None if is_cleared else TAKEN_BACK
    )
