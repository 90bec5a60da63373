"""Mutations of the sessions of staff."""

from typing import Annotated

import strawberry

from access.scopes import Scope
from access.sessions import end_session
from engine.planning.payload_loader import payload_field
from errors import NotFound
from models.node_ids import NodeType, parse_id
from schema.context import Info
from schema.field_declarations import mutation_field
from schema.mutations.payloads import CommandResult, ErrorsDescription, UserError
from schema.types.sessions import StaffSession

UNKNOWN = "No session has this id."


@strawberry.type(description="The result of a command on a session.")
class SessionPayload:
    session = payload_field(
        StaffSession | None, "The session after the command; null if it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class SessionMutations:
    @mutation_field(
        SessionPayload,
        (
            "Ends a session: within five seconds it does nothing more, and what runs with it ends."
            " A session that has ended already stays as it is. Everybody may end sessions of their"
            " own, and viewers with ADMIN those of others."
        ),
    )
    async def session_end(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The session's id.")],
    ) -> CommandResult:
        viewer = info.context.viewer
        session_id = parse_id(NodeType.SESSION, id)
        is_administrator = viewer.has(Scope.ADMIN)
        if session_id is None or not (is_administrator or viewer.key_id):
            raise NotFound(UNKNOWN, ("id",))
        row = await end_session(session_id, by=None if is_administrator else viewer.key_id)
        return CommandResult(session=row.id)
