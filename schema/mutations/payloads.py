"""Payloads and arguments that mutations have in common."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.extensions import FieldExtension

from access.policy import Audience, scopes_text
from access.security_events import SecurityEvent, record
from errors import DomainError, ErrorCode, Forbidden
from models.orders import TEXT_LENGTH
from schema.context import Info
from schema.enums import RecordOutcome
from tracking.inputs.stored_fields import LimitedText


@strawberry.type(description="An error that the caller can correct. Nothing was changed.")
class UserError:
    code: ErrorCode = strawberry.field(description="The kind of the error.")
    message: str = strawberry.field(
        description="A description of the error and of how to correct it."
    )
    field: list[str] | None = strawberry.field(
        description="The path to the argument that caused the error."
    )

    @classmethod
    def of(cls, refusal: DomainError) -> "UserError":
        return cls(code=refusal.code, message=refusal.message, field=list(refusal.field) or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """The result of any command: the id of the changed object, or the errors.

    The fields of every payload are read from it.
    """

    order: UUID | None = None
    shipment: UUID | None = None
    exception: UUID | None = None
    api_key: UUID | None = None
    session: UUID | None = None
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    url: str | None = field(default=None, repr=False)
    tracking_id: str | None = None
    expires_at: datetime | None = None
    results: Sequence["CommandResult"] = ()
    outcome: RecordOutcome | None = None
    event: UUID | None = None
    events: Sequence[UUID] = ()
    discarded_events: int = 0
    erased_orders: int = 0
    user_errors: Sequence[UserError] = ()


class ReturnUserErrors(FieldExtension):
    """Returns what a command refuses as userErrors of its payload."""

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info, **arguments: Any
    ) -> Any:
        try:
            return await next_(source, info, **arguments)
        except DomainError as refusal:
            if isinstance(refusal, Forbidden):
                record(SecurityEvent.FORBIDDEN)
            return CommandResult(user_errors=[UserError.of(refusal)])


ErrorsDescription = "The errors because of which the command was refused; empty if it succeeded."

TrackingId = Annotated[strawberry.ID, strawberry.argument(description="The order's tracking id.")]
ShipmentId = Annotated[strawberry.ID, strawberry.argument(description="The shipment's id.")]
ExceptionId = Annotated[strawberry.ID, strawberry.argument(description="The exception's id.")]
Reason = Annotated[
    str,
    strawberry.argument(
        description=(
            f"The reason, which callers with {scopes_text(Audience.STAFF)} can read."
            f" {LimitedText(TEXT_LENGTH).limit}"
        )
    ),
]
OccurredAt = Annotated[
    datetime | None,
    strawberry.argument(
        description="When it happened; now if left out. It cannot be in the future."
    ),
]
ExpectedSequence = Annotated[
    int | None,
    strawberry.argument(
        description=(
            "The order's sequence that the caller has seen. If the order has changed"
            " since, the command is refused with CONFLICT."
        )
    ),
]
