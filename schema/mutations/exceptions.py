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


@strawberry.type(description="What became of an exception.")
class ExceptionPayload:
    exception = payload_field(OrderException | None, "The exception as it is now.")
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class ExceptionMutations:
    @command(Scope.EXCEPTIONS_WRITE, "Open an exception by hand.", ExceptionPayload)
    async def exception_open(
        self,
        info: Info,
        tracking_id: TrackingId,
        input: Annotated[ExceptionOpenInput, strawberry.argument(description="The trouble.")],
    ) -> Answer:
        context = info.context
        opened = await open_exception(context.tracker, context.viewer, tracking_id, input)
        return Answer(exception=opened)

    @command(Scope.EXCEPTIONS_WRITE, "Say that you have seen it.", ExceptionPayload)
    async def exception_acknowledge(self, info: Info, id: ExceptionId) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.acknowledge_exception(context.tracker, context.viewer, id)
        )

    @command(Scope.EXCEPTIONS_WRITE, "Give it to somebody; null to nobody.", ExceptionPayload)
    async def exception_assign(
        self,
        info: Info,
        id: ExceptionId,
        assignee: Annotated[str | None, strawberry.argument(description="Who.")] = None,
    ) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.assign_exception(context.tracker, context.viewer, id, assignee)
        )

    @command(Scope.EXCEPTIONS_WRITE, "Begin to work on it.", ExceptionPayload)
    async def exception_start(self, info: Info, id: ExceptionId) -> Answer:
        context = info.context
        return Answer(exception=await acts.start_exception(context.tracker, context.viewer, id))

    @command(Scope.EXCEPTIONS_WRITE, "Wait for somebody.", ExceptionPayload)
    async def exception_wait(
        self,
        info: Info,
        id: ExceptionId,
        on: Annotated[Party, strawberry.argument(description="For whom.")],
    ) -> Answer:
        context = info.context
        return Answer(exception=await acts.wait_exception(context.tracker, context.viewer, id, on))

    @command(Scope.EXCEPTIONS_WRITE, "Say how it was solved.", ExceptionPayload)
    async def exception_resolve(
        self,
        info: Info,
        id: ExceptionId,
        resolution: Annotated[ExceptionResolution, strawberry.argument(description="How.")],
        note: Annotated[
            str | None, strawberry.argument(description="A note to go with it.")
        ] = None,
    ) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.resolve_exception(
                context.tracker, context.viewer, id, resolution, note
            ),
        )

    @command(Scope.EXCEPTIONS_WRITE, "Say that it is none, or does not matter.", ExceptionPayload)
    async def exception_dismiss(self, info: Info, id: ExceptionId, reason: Reason) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.dismiss_exception(context.tracker, context.viewer, id, reason)
        )

    @command(Scope.EXCEPTIONS_WRITE, "Take it up again.", ExceptionPayload)
    async def exception_reopen(self, info: Info, id: ExceptionId, reason: Reason) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.reopen_exception(context.tracker, context.viewer, id, reason)
        )

    @command(Scope.EXCEPTIONS_WRITE, "Write something down about it.", ExceptionPayload)
    async def exception_note_add(
        self,
        info: Info,
        id: ExceptionId,
        body: Annotated[str, strawberry.argument(description="What.")],
        idempotency_key: Annotated[
            str | None,
            strawberry.argument(description="The same key and content: no second note."),
        ] = None,
    ) -> Answer:
        context = info.context
        return Answer(
            exception=await acts.add_exception_note(
                context.tracker, context.viewer, id, body, idempotency_key
            ),
        )
