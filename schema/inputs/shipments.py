"""Shipments as callers give them."""

from datetime import datetime

import strawberry

from schema.inputs.values import EstimateInput, LocationInput
from tracking import inputs


@strawberry.input(description="Pieces of one order line to put into a shipment.")
class ShipmentItemInput(inputs.PiecesDraft):
    item_id: strawberry.ID = strawberry.field(description="The id of the order line.")
    quantity: int = strawberry.field(description="The number of pieces, 1 or more.")


@strawberry.input(description="A shipment to create.")
class ShipmentCreateInput(inputs.ShipmentDraft):
    items: list[ShipmentItemInput] | None = strawberry.field(  # type: ignore[assignment]
        default=None,
        description=(
            "The pieces to put into the shipment; if left out, all pieces that are not in"
            " a shipment yet."
        ),
    )
    carrier: str | None = strawberry.field(
        default=None, description="The carrier's code, such as dhl_express."
    )
    service: str | None = strawberry.field(
        default=None, description="The carrier's service, such as its express product."
    )
    origin: LocationInput | None = strawberry.field(
        default=None, description="The place from which the shipment starts."
    )
    occurred_at: datetime | None = strawberry.field(
        default=None,
        description="When the shipment was planned; now if left out. It cannot be in the future.",
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "A key that makes retries safe. The same key with the same content returns"
            " the shipment that was created first; with other content it is refused with"
            " CONFLICT."
        ),
    )


@strawberry.input(
    description=(
        "The details of a shipment that is handed to a carrier, or made ready for"
        " collection or for the shop's own van."
    )
)
class ShipmentDispatchInput(inputs.DispatchDraft):
    carrier: str = strawberry.field(
        description="The carrier's code, such as dhl_express, or own for the shop's own van."
    )
    tracking_number: str | None = strawberry.field(
        default=None, description="The carrier's tracking number."
    )
    service: str | None = strawberry.field(
        default=None, description="The carrier's service, such as its express product."
    )
    estimate: EstimateInput | None = strawberry.field(
        default=None, description="The expected delivery time."
    )
    occurred_at: datetime | None = strawberry.field(
        default=None,
        description=(
            "When the shipment was dispatched; now if left out. It cannot be in the future."
        ),
    )


@strawberry.input(
    description="The corrections to a shipment. Fields that are left out stay unchanged."
)
class ShipmentAmendInput(inputs.ShipmentAmendment):
    carrier: str | None = strawberry.field(default=None, description="The correct carrier.")
    tracking_number: str | None = strawberry.field(
        default=None, description="The correct tracking number."
    )
    service: str | None = strawberry.field(
        default=None, description="The correct service of the carrier."
    )
