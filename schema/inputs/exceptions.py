"""Exceptions as callers give them."""

from datetime import datetime

import strawberry

from models.enums import ExceptionSeverity, ExceptionType, Party
from tracking import inputs


@strawberry.input(description="An exception to open by hand.")
class ExceptionOpenInput(inputs.ExceptionDraft):
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "A key that makes retries safe. The same key with the same content returns"
            " the exception that was opened first; with other content it is refused with"
            " CONFLICT."
        ),
    )
    shipment_id: strawberry.ID | None = strawberry.field(
        default=None,
        description=(
            "The id of the shipment that the exception is about; if left out, it is about"
            " the whole order."
        ),
    )
    type: ExceptionType = strawberry.field(description="The type of the exception.")
    severity: ExceptionSeverity | None = strawberry.field(
        default=None,
        description="How severe the exception is; if left out, the usual severity of its type.",
    )
    caused_by: Party | None = strawberry.field(
        default=None,
        description=(
            "The party that caused the exception; if left out, the usual party for its type."
        ),
    )
    summary: str = strawberry.field(description="A description of the problem.")
    due_at: datetime | None = strawberry.field(
        default=None,
        description=(
            "When the exception must be resolved; if left out, it follows from the severity."
        ),
    )
    action_required: bool | None = strawberry.field(
        default=None, description="Whether a person must act."
    )
