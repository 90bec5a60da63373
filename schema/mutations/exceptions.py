"""Mutations of exceptions."""

from typing import Annotated

import strawberry

from access.scopes import Scope
from engine.planning.payload_loader import payload_field
from models.customers import IDENTITY_LENGTH
from models.enums import ExceptionResolution, Party
from models.exceptions import NOTE_LENGTH
from schema.context import Info
from schema.field_declarations import mutation_field
from schema.mutations.payloads import (
    CommandResult,
    ErrorsDescription,
    ExceptionId,
    Reason,
    TrackingId,
    UserError,
)
from schema.types.exceptions import OrderException
from tracking.exceptions.aggregate import MAXIMUM_NOTES
from tracking.exceptions.commands import (
    acknowledge_exception,
    add_exception_note,
    assign_exception,
    dismiss_exception,
    reopen_exception,
    resolve_exception,
    start_exception,
    wait_exception,
)
from tracking.exceptions.creation import MAXIMUM_OPENED_BY_PERSONS, open_exception
from tracking.inputs import ExceptionDraft
from tracking.inputs.stored_fields import LimitedText

NOTE = LimitedText(NOTE_LENGTH).limit


@strawberry.type(description="The result of a command on an exception.")
class ExceptionPayload:
    exception = payload_field(
        OrderException | None, "The exception after the command; null if it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class ExceptionMutations:
    @mutation_field(
        ExceptionPayload,
        (
            "Opens an exception by hand. People open at most"
            f" {MAXIMUM_OPENED_BY_PERSONS} exceptions of an order."
        ),
        permission=Scope.EXCEPTIONS_WRITE,
    )
    async def exception_open(
        self,
        info: Info,
        tracking_id: TrackingId,
        input: Annotated[ExceptionDraft, strawberry.argument(description="The exception to open.")],
    ) -> CommandResult:
        context = info.context
        opened = await open_exception(context.tracker, context.viewer, tracking_id, input)
        return CommandResult(exception=opened)

    @mutation_field(
        ExceptionPayload, "Marks an exception as seen.", permission=Scope.EXCEPTIONS_WRITE
    )
    async def exception_acknowledge(self, info: Info, id: ExceptionId) -> CommandResult:
        context = info.context
        return CommandResult(
            exception=await acknowledge_exception(context.tracker, context.viewer, id)
        )

    @mutation_field(
        ExceptionPayload,
        "Assigns an exception to a person, or to nobody.",
        permission=Scope.EXCEPTIONS_WRITE,
    )
    async def exception_assign(
        self,
        info: Info,
        id: ExceptionId,
        assignee: Annotated[
            str | None,
            strawberry.argument(
                description=(
                    "The person who works on the exception; null removes the assignment."
                    f" {LimitedText(IDENTITY_LENGTH).limit}"
                )
            ),
        ] = None,
    ) -> CommandResult:
        context = info.context
        return CommandResult(
            exception=await assign_exception(context.tracker, context.viewer, id, assignee)
        )

    @mutation_field(
        ExceptionPayload,
        "Marks an exception as being worked on.",
        permission=Scope.EXCEPTIONS_WRITE,
    )
    async def exception_start(self, info: Info, id: ExceptionId) -> CommandResult:
        context = info.context
        return CommandResult(exception=await start_exception(context.tracker, context.viewer, id))

    @mutation_field(
        ExceptionPayload,
        "Marks an exception as waiting for a party.",
        permission=Scope.EXCEPTIONS_WRITE,
    )
    async def exception_wait(
        self,
        info: Info,
        id: ExceptionId,
        on: Annotated[Party, strawberry.argument(description="The party that the work waits for.")],
    ) -> CommandResult:
        context = info.context
        return CommandResult(
            exception=await wait_exception(context.tracker, context.viewer, id, on)
        )

    @mutation_field(ExceptionPayload, "Resolves an exception.", permission=Scope.EXCEPTIONS_WRITE)
    async def exception_resolve(
        self,
        info: Info,
        id: ExceptionId,
        resolution: Annotated[
            ExceptionResolution, strawberry.argument(description="How the exception was resolved.")
        ],
        note: Annotated[
            str | None, strawberry.argument(description=f"A note to add to the exception. {NOTE}")
        ] = None,
    ) -> CommandResult:
        context = info.context
        return CommandResult(
            exception=await resolve_exception(
                context.tracker, context.viewer, id, resolution, note
            ),
        )

    @mutation_field(
        ExceptionPayload,
        "Dismisses an exception that was a false alarm or does not matter.",
        permission=Scope.EXCEPTIONS_WRITE,
    )
    async def exception_dismiss(self, info: Info, id: ExceptionId, reason: Reason) -> CommandResult:
        context = info.context
        return CommandResult(
            exception=await dismiss_exception(context.tracker, context.viewer, id, reason)
        )

    @mutation_field(
        ExceptionPayload,
        "Reopens an exception that was resolved or dismissed.",
        permission=Scope.EXCEPTIONS_WRITE,
    )
    async def exception_reopen(self, info: Info, id: ExceptionId, reason: Reason) -> CommandResult:
        context = info.context
        return CommandResult(
            exception=await reopen_exception(context.tracker, context.viewer, id, reason)
        )

    @mutation_field(
        ExceptionPayload,
        f"Adds a note to an exception. An exception has at most {MAXIMUM_NOTES} notes.",
        permission=Scope.EXCEPTIONS_WRITE,
    )
    async def exception_note_add(
        self,
        info: Info,
        id: ExceptionId,
        body: Annotated[str, strawberry.argument(description=f"The text of the note. {NOTE}")],
        idempotency_key: Annotated[
            str | None,
            strawberry.argument(
                description=(
                    "A key that makes retries safe. The same key with the same content adds no"
                    f" second note. {LimitedText(IDENTITY_LENGTH).limit}"
                )
            ),
        ] = None,
    ) -> CommandResult:
        context = info.context
        return CommandResult(
            exception=await add_exception_note(
                context.tracker, context.viewer, id, body, idempotency_key
            ),
        )
