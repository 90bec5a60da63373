"""Exceptions, as callers give them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from models.customers import IDENTITY_LENGTH
from models.enums import ExceptionSeverity, ExceptionType, Party
from models.orders import TEXT_LENGTH
from tracking.inputs.stored_fields import LimitedText


@dataclass(kw_only=True)
class ExceptionDraft:
    """An exception to open by hand."""

    idempotency_key: Annotated[
        str | None,
        "A key that makes retries safe. The same key with the same content returns the exception"
        " that was opened first; with other content it is refused with CONFLICT.",
        LimitedText(IDENTITY_LENGTH),
    ] = None
    shipment_id: Annotated[
        str | None,
        "The id of the shipment that the exception is about; if left out, it is about the whole"
        " order.",
    ] = None
    type: Annotated[ExceptionType, "The type of the exception."]
    severity: Annotated[
        ExceptionSeverity | None,
        "How severe the exception is; if left out, the usual severity of its type.",
    ] = None
    caused_by: Annotated[
        Party | None,
        "The party that caused the exception; if left out, the usual party for its type.",
    ] = None
    summary: Annotated[str, "A description of the problem.", LimitedText(TEXT_LENGTH)]
    due_at: Annotated[
        datetime | None,
        "When the exception must be resolved; if left out, it follows from the severity.",
    ] = None
    action_required: Annotated[bool | None, "Whether a person must act."] = None
