"""Exceptions as callers give them."""

from datetime import datetime

import strawberry

from models.enums import ExceptionSeverity, ExceptionType, Party
from tracking import inputs


@strawberry.input(description="Trouble that a person saw.")
class ExceptionOpenInput(inputs.ExceptionDraft):
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="The same key and content: the same exception; other content: CONFLICT.",
    )
    shipment_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of which shipment; the whole order, if left out."
    )
    type: ExceptionType = strawberry.field(description="What kind of trouble.")
    severity: ExceptionSeverity | None = strawberry.field(
        default=None, description="How bad; what is usual for its type, if left out."
    )
    caused_by: Party | None = strawberry.field(
        default=None, description="Whose doing; what is usual for its type, if left out."
    )
    summary: str = strawberry.field(description="What it is about.")
    due_at: datetime | None = strawberry.field(
        default=None, description="By when to solve it; by its severity, if left out."
    )
    action_required: bool | None = strawberry.field(
        default=None, description="Whether somebody must do something."
    )
