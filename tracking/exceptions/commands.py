"""What people do about trouble: open, acknowledge, assign, start, wait for, close, reopen it."""

from datetime import datetime
from uuid import UUID

from database.columns import new_id
from errors import Conflict, IllegalTransition, LimitExceeded, NotFound
from models import values
from models.customers import IDENTITY_LENGTH
from models.effects import usual_opening
from models.enums import (
    ExceptionResolution,
    ExceptionStatus,
    Party,
)
from models.exceptions import NOTE_LENGTH, OrderException
from models.node_ids import NodeType, id_of, node_id
from models.orders import TEXT_LENGTH
from models.shipments import Shipment
from tracking import validation
from tracking.change_recorder import ChangeRecorder, difference
from tracking.exceptions.aggregate import ExceptionAggregate
from tracking.inputs import ExceptionDraft
from tracking.orders.commands import find_order
from tracking.orders.loading import LoadedOrder, lock_orders
from tracking.settlement import reconcile
from unit_of_work.idempotency import store_result, stored_result
from unit_of_work.unit_of_work import UnitOfWork, command

MAXIMUM_OPENED_BY_PERSONS = 100
"""Exceptions of an order that persons opened."""


@command
async def open_exception(this: UnitOfWork, tracking_id: str, draft: ExceptionDraft) -> UUID:
    key = validation.idempotency_key(draft.idempotency_key, "input", "idempotencyKey")
    summary = values.text(draft.summary, TEXT_LENGTH, "input", "summary")
    due_at = values.optional_utc(draft.due_at, "input", "dueAt")
    order_id = await find_order(tracking_id)
    loaded = (await lock_orders(this, [order_id]))[order_id]
    content = ("exceptionOpen", order_id, draft)
    if (earlier := await stored_result(this, key, content, "input")) is not None:
        return earlier
    shipment = _shipment(loaded, draft.shipment_id)
    _refuse_twin(loaded, shipment, draft)
    exception = _new(this, loaded, shipment, draft, summary, due_at)
    loaded.exceptions.append(this.rows.add(exception))
    store_result(this, key, content, exception.id)
    record = ChangeRecorder(this, loaded.order)
    record.exception_status(shipment, exception, None, this.now)
    reconcile(this, loaded, record, this.now)
    return exception.id


def _shipment(loaded: LoadedOrder, shipment_id: str | None) -> Shipment | None:
    if shipment_id is None:
        return None
    wanted = id_of(NodeType.SHIPMENT, shipment_id)
    found = next((one for one in loaded.shipments if one.id == wanted), None)
    if found is None:
        raise NotFound("The order has no shipment with this id.", ("input", "shipmentId"))
    return found


def _refuse_twin(loaded: LoadedOrder, shipment: Shipment | None, draft: ExceptionDraft) -> None:
    for one in loaded.exceptions_of(shipment):
        if one.type is draft.type and one.is_unresolved:
            name = node_id(NodeType.EXCEPTION, one.id)
            raise Conflict(f"{name} of this type is {one.status} already.", ("input", "type"))
    if sum(one.was_opened_by_person for one in loaded.exceptions) >= MAXIMUM_OPENED_BY_PERSONS:
        raise LimitExceeded(
            f"People open at most {MAXIMUM_OPENED_BY_PERSONS} exceptions of an order.",
            ("trackingId",),
        )


def _new(
    this: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment | None,
    draft: ExceptionDraft,
    summary: str,
    due_at: datetime | None,
) -> OrderException:
    usual = usual_opening(draft.type)
    severity = draft.severity or usual.severity
    allowed = this.tracker.due.get(severity)
    return OrderException(
        id=new_id(),
        order_id=loaded.order.id,
        shipment_id=shipment and shipment.id,
        type=draft.type,
        severity=severity,
        severity_rank=severity.rank,
        caused_by=draft.caused_by or usual.caused_by,
        status=ExceptionStatus.OPEN,
        action_required=usual.action_required
        if draft.action_required is None
        else draft.action_required,
        summary=summary,
        was_opened_by_person=True,
        is_personal=True,
        opened_at=this.now,
        due_at=due_at or (allowed and this.now + allowed),
        is_due_at_given=due_at is not None,
        updated_at=this.now,
    )


@command
async def acknowledge_exception(this: UnitOfWork, id_: str) -> UUID:
    return await _move(this, id_, ExceptionStatus.ACKNOWLEDGED)


@command
async def start_exception(this: UnitOfWork, id_: str) -> UUID:
    case = await ExceptionAggregate.lock(this, id_)
    if case.exception.status in (ExceptionStatus.RESOLVED, ExceptionStatus.DISMISSED):
        raise IllegalTransition(
            f"It is {case.exception.status}: exceptionReopen takes it up again.", ("id",)
        )
    return case.move(ExceptionStatus.IN_PROGRESS, waiting_on=None)


@command
async def wait_exception(this: UnitOfWork, id_: str, on: Party) -> UUID:
    case = await ExceptionAggregate.lock(this, id_)
    if case.exception.status is ExceptionStatus.WAITING and case.exception.waiting_on is not on:
        return case.amend("waiting_on", "waitingOn", on)
    return case.move(ExceptionStatus.WAITING, waiting_on=on)


@command
async def resolve_exception(
    this: UnitOfWork, id_: str, resolution: ExceptionResolution, note: str | None = None
) -> UUID:
    body = values.optional_text(note, NOTE_LENGTH, "note")
    case = await ExceptionAggregate.lock(this, id_)
    exception = case.exception
    if exception.status is ExceptionStatus.RESOLVED and exception.resolution is not resolution:
        raise IllegalTransition(f"It was resolved as {exception.resolution}.", ("id",))
    if body is not None and exception.status is not ExceptionStatus.RESOLVED:
        await case.add_note(body)
    return case.move(
        ExceptionStatus.RESOLVED,
        resolution=resolution,
        resolved_at=this.now,
        waiting_on=None,
        was_closed_by_person=True,
    )


@command
async def dismiss_exception(this: UnitOfWork, id_: str, reason: str) -> UUID:
    reason = validation.reason(reason)
    case = await ExceptionAggregate.lock(this, id_)
    return case.move(
        ExceptionStatus.DISMISSED,
        reason,
        resolved_at=this.now,
        waiting_on=None,
        was_closed_by_person=True,
    )


@command
async def reopen_exception(this: UnitOfWork, id_: str, reason: str) -> UUID:
    reason = validation.reason(reason)
    case = await ExceptionAggregate.lock(this, id_)
    exception = case.exception
    if exception.status is ExceptionStatus.IN_PROGRESS and exception.reopened_count:
        return exception.id
    if exception.is_unresolved:
        raise IllegalTransition(f"It is {exception.status}: there is nothing to reopen.", ("id",))
    twin = case.unresolved_twin()
    if twin is not None:
        name = node_id(NodeType.EXCEPTION, twin.id)
        raise Conflict(f"{name} of this type is {twin.status} already.", ("id",))
    return case.move(
        ExceptionStatus.IN_PROGRESS,
        reason,
        resolution=None,
        resolved_at=None,
        was_closed_by_person=False,
        is_personal=True,
        reopened_count=exception.reopened_count + 1,
    )


@command
async def assign_exception(this: UnitOfWork, id_: str, assignee: str | None) -> UUID:
    """Nobody, if `assignee` is None."""
    assignee = values.optional_text(assignee, IDENTITY_LENGTH, "assignee")
    case = await ExceptionAggregate.lock(this, id_)
    if case.exception.assignee == assignee:
        return case.exception.id
    return case.amend("assignee", "assignee", assignee)


@command
async def add_exception_note(
    this: UnitOfWork, id_: str, body: str, idempotency_key: str | None = None
) -> UUID:
    body = values.text(body, NOTE_LENGTH, "body")
    key = validation.idempotency_key(idempotency_key, "idempotencyKey")
    case = await ExceptionAggregate.lock(this, id_)
    content = ("exceptionNoteAdd", id_, body)
    if (earlier := await stored_result(this, key, content)) is not None:
        return earlier
    await case.add_note(body)
    store_result(this, key, content, case.exception.id)
    case.tell([difference("notes", None, body)])
    return case.exception.id


async def _move(this: UnitOfWork, id_: str, target: ExceptionStatus) -> UUID:
    return (await ExceptionAggregate.lock(this, id_)).move(target)
