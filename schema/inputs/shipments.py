"""Shipments as callers give them."""

from datetime import datetime

import strawberry

from schema.inputs.values import EstimateInput, LocationInput
from tracking import inputs


@strawberry.input(description="Pieces of one line.")
class ShipmentItemInput(inputs.PiecesDraft):
    item_id: strawberry.ID = strawberry.field(description="The id of the line.")
    quantity: int = strawberry.field(description="How many pieces: 1 or more.")


@strawberry.input(description="A new shipment.")
class ShipmentCreateInput(inputs.ShipmentDraft):
    items: list[ShipmentItemInput] | None = strawberry.field(  # type: ignore[assignment]
        default=None, description="What goes into it; all that is left, if left out."
    )
    carrier: str | None = strawberry.field(default=None, description="A code like dhl_express.")
    service: str | None = strawberry.field(default=None, description="The carrier's product.")
    origin: LocationInput | None = strawberry.field(default=None, description="Where it starts.")
    occurred_at: datetime | None = strawberry.field(
        default=None, description="When it was planned: now if left out, never in the future."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="The same key and content: the same shipment; other content: CONFLICT.",
    )


@strawberry.input(description="Handed to a carrier, or ready for collection or for our own van.")
class ShipmentDispatchInput(inputs.DispatchDraft):
    carrier: str = strawberry.field(description="A code like dhl_express, or own.")
    tracking_number: str | None = strawberry.field(
        default=None, description="The carrier's number."
    )
    service: str | None = strawberry.field(default=None, description="The carrier's product.")
    estimate: EstimateInput | None = strawberry.field(
        default=None, description="When it is expected."
    )
    occurred_at: datetime | None = strawberry.field(
        default=None, description="When it happened: now if left out, never in the future."
    )


@strawberry.input(description="What is put right; what is left out stays.")
class ShipmentAmendInput(inputs.ShipmentAmendment):
    carrier: str | None = strawberry.field(default=None, description="The right carrier.")
    tracking_number: str | None = strawberry.field(default=None, description="The right number.")
    service: str | None = strawberry.field(default=None, description="The right product.")
