"""Mutations of exceptions."""

from typing import Annotated

import strawberry

from access.scopes import Scope
from engine.planning.payload_loader import payload_field
from models.enums import ExceptionResolution, Party
from schema.context import Info
from schema.inputs.exceptions import ExceptionOpenInput
from schema.mutations.commands import (
    Answer,
    ErrorsDescription,
    ExceptionId,
    Reason,
    TrackingId,
    UserError,
    command,
)
from schema.types.exceptions import OrderException
from tracking.exceptions import commands as acts
from tracking.exceptions.creation import open_exception


@strawberry.type(description="The result of a command on an exception.")
class ExceptionPayload:
    exception = payload_field(
        OrderException | None, "The exception after the command; null if it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class ExceptionMutations:
    @command(Scope.EXCEPTIONS_WRITE, "Opens an exception by hand.", ExceptionPayload)
    async def exception_open(
        self,
        info: Info,
        tracking_id: TrackingId,
        input: Annotated[
            ExceptionOpenInput, strawberry.argument(description="The exception to open.")
        ],
    ) -> Answer:
        context = info.context
        opened = await open_exception(context.tracker, context.viewer, tracking_id, input)
        return Answer(exception=opened)

    @command(Scope.EXCEPTIONS_WRITE, "Marks an exception as seen.", ExceptionPayload)
    async def exception_acknowledge(self, info: Info, id: ExceptionId) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.acknowledge_exception(context.tracker, context.viewer, id)
        )

    @command(
        Scope.EXCEPTIONS_WRITE, "Assigns an exception to a person, or to nobody.", ExceptionPayload
    )
    async def exception_assign(
        self,
        info: Info,
        id: ExceptionId,
        assignee: Annotated[
            str | None,
            strawberry.argument(
                description="The person who works on the exception; null removes the assignment."
            ),
        ] = None,
    ) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.assign_exception(context.tracker, context.viewer, id, assignee)
        )

    @command(Scope.EXCEPTIONS_WRITE, "Marks an exception as being worked on.", ExceptionPayload)
    async def exception_start(self, info: Info, id: ExceptionId) -> Answer:
        context = info.context
        return Answer(exception=await acts.start_exception(context.tracker, context.viewer, id))

    @command(Scope.EXCEPTIONS_WRITE, "Marks an exception as waiting for a party.", ExceptionPayload)
    async def exception_wait(
        self,
        info: Info,
        id: ExceptionId,
        on: Annotated[Party, strawberry.argument(description="The party that the work waits for.")],
    ) -> Answer:
        context = info.context
        return Answer(exception=await acts.wait_exception(context.tracker, context.viewer, id, on))

    @command(Scope.EXCEPTIONS_WRITE, "Resolves an exception.", ExceptionPayload)
    async def exception_resolve(
        self,
        info: Info,
        id: ExceptionId,
        resolution: Annotated[
            ExceptionResolution, strawberry.argument(description="How the exception was resolved.")
        ],
        note: Annotated[
            str | None, strawberry.argument(description="A note to add to the exception.")
        ] = None,
    ) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.resolve_exception(
                context.tracker, context.viewer, id, resolution, note
            ),
        )

    @command(
        Scope.EXCEPTIONS_WRITE,
        "Dismisses an exception that was a false alarm or does not matter.",
        ExceptionPayload,
    )
    async def exception_dismiss(self, info: Info, id: ExceptionId, reason: Reason) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.dismiss_exception(context.tracker, context.viewer, id, reason)
        )

    @command(
        Scope.EXCEPTIONS_WRITE,
        "Reopens an exception that was resolved or dismissed.",
        ExceptionPayload,
    )
    async def exception_reopen(self, info: Info, id: ExceptionId, reason: Reason) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.reopen_exception(context.tracker, context.viewer, id, reason)
        )

    @command(Scope.EXCEPTIONS_WRITE, "Adds a note to an exception.", ExceptionPayload)
    async def exception_note_add(
        self,
        info: Info,
        id: ExceptionId,
        body: Annotated[str, strawberry.argument(description="The text of the note.")],
        idempotency_key: Annotated[
            str | None,
            strawberry.argument(
                description=(
                    "A key that makes retries safe. The same key with the same content adds no"
                    " second note."
                )
            ),
        ] = None,
    ) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.add_exception_note(
                context.tracker, context.viewer, id, body, idempotency_key
            ),
        )
