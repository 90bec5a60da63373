"""Commands of exceptions: acknowledge, assign, start, wait, resolve, dismiss, reopen, note."""

from uuid import UUID

from errors import IllegalTransition
from models import values
from models.customers import IDENTITY_LENGTH
from models.enums import ExceptionResolution, ExceptionStatus, Party
from models.exceptions import NOTE_LENGTH
from tracking import validation
from tracking.differences import difference
from tracking.exceptions.aggregate import ExceptionAggregate
from tracking.exceptions.creation import twin_conflict
from unit_of_work.idempotency import store_result, stored_result
from unit_of_work.unit_of_work import UnitOfWork, command


@command
async def acknowledge_exception(uow: UnitOfWork, id_: str) -> UUID:
    """Record that somebody has seen the exception; return its id."""
    aggregate = await ExceptionAggregate.lock(uow, id_)
    return aggregate.move(ExceptionStatus.ACKNOWLEDGED)


@command
async def start_exception(uow: UnitOfWork, id_: str) -> UUID:
    """Record that somebody works on the exception; return its id."""
    aggregate = await ExceptionAggregate.lock(uow, id_)
    if aggregate.exception.status is ExceptionStatus.RESOLVED:
        raise IllegalTransition(
            "The exception is RESOLVED. Use exceptionReopen to work on it again.", ("id",)
        )
    return aggregate.move(ExceptionStatus.IN_PROGRESS, waiting_on=None)


@command
async def wait_exception(uow: UnitOfWork, id_: str, on: Party) -> UUID:
    """Record for whom the exception waits; return its id."""
    aggregate = await ExceptionAggregate.lock(uow, id_)
    exception = aggregate.exception
    if exception.status is ExceptionStatus.WAITING and exception.waiting_on is not on:
        return aggregate.amend("waiting_on", "waitingOn", on)
    return aggregate.move(ExceptionStatus.WAITING, waiting_on=on)


@command
async def resolve_exception(
    uow: UnitOfWork, id_: str, resolution: ExceptionResolution, note: str | None = None
) -> UUID:
    """Close the exception with a resolution; return its id."""
    body = values.optional_text(note, NOTE_LENGTH, "note")
    aggregate = await ExceptionAggregate.lock(uow, id_)
    exception = aggregate.exception
    is_resolved = exception.status is ExceptionStatus.RESOLVED
    if is_resolved and exception.resolution is not resolution:
        raise IllegalTransition(
            f"The exception was resolved as {exception.resolution}. Use exceptionReopen to change"
            " its resolution.",
            ("id",),
        )
    if body is not None and not is_resolved:
        await aggregate.add_note(body)
    return aggregate.move(
        ExceptionStatus.RESOLVED,
        resolution=resolution,
        resolved_at=uow.now,
        waiting_on=None,
        was_closed_by_person=True,
    )


@command
async def dismiss_exception(uow: UnitOfWork, id_: str, reason: str) -> UUID:
    """Close the exception without a resolution; return its id."""
    reason = validation.reason(reason)
    aggregate = await ExceptionAggregate.lock(uow, id_)
    return aggregate.move(
        ExceptionStatus.DISMISSED,
        reason,
        resolved_at=uow.now,
        waiting_on=None,
        was_closed_by_person=True,
    )


@command
async def reopen_exception(uow: UnitOfWork, id_: str, reason: str) -> UUID:
    """Work on a resolved exception again; return its id."""
    reason = validation.reason(reason)
    aggregate = await ExceptionAggregate.lock(uow, id_)
    exception = aggregate.exception
    if exception.status is ExceptionStatus.IN_PROGRESS and exception.reopened_count:
        return exception.id
    if exception.is_unresolved:
        raise IllegalTransition(
            f"The exception is {exception.status}. Only a resolved one can be reopened.", ("id",)
        )
    twin = aggregate.unresolved_twin()
    if twin is not None:
        raise twin_conflict(twin, "id")
    return aggregate.move(
        ExceptionStatus.IN_PROGRESS,
        reason,
        resolution=None,
        resolved_at=None,
        was_closed_by_person=False,
        is_personal=True,
        reopened_count=exception.reopened_count + 1,
    )


@command
async def assign_exception(uow: UnitOfWork, id_: str, assignee: str | None) -> UUID:
    """Assign the exception to somebody, or to nobody if `assignee` is None; return its id."""
    assignee = values.optional_text(assignee, IDENTITY_LENGTH, "assignee")
    aggregate = await ExceptionAggregate.lock(uow, id_)
    if aggregate.exception.assignee == assignee:
        return aggregate.exception.id
    return aggregate.amend("assignee", "assignee", assignee)


@command
async def add_exception_note(
    uow: UnitOfWork, id_: str, body: str, idempotency_key: str | None = None
) -> UUID:
    """Add a note to the exception; return the exception's id."""
    body = values.text(body, NOTE_LENGTH, "body")
    key = validation.idempotency_key(idempotency_key, "idempotencyKey")
    aggregate = await ExceptionAggregate.lock(uow, id_)
    content = ("exceptionNoteAdd", id_, body)
    if (earlier := await stored_result(uow, key, content)) is not None:
        return earlier
    await aggregate.add_note(body)
    store_result(uow, key, content, aggregate.exception.id)
    aggregate.record_amendment([difference("notes", None, body)])
    return aggregate.exception.id
