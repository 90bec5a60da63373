"""Mutations of shipments."""

from typing import Annotated

import strawberry

from access.scopes import Scope
from engine.planning.payload_loader import payload_field
from schema.context import Info
from schema.field_declarations import mutation_field
from schema.mutations.payloads import (
    CommandResult,
    ErrorsDescription,
    OccurredAt,
    Reason,
    ShipmentId,
    TrackingId,
    UserError,
)
from schema.types.shipments import Shipment
from tracking.inputs import (
    DispatchDraft,
    EstimateDraft,
    ShipmentAmendment,
    ShipmentDraft,
)
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.commands import cancel_shipment, pack_shipment
from tracking.shipments.creation import MAXIMUM_SHIPMENTS, create_shipment
from tracking.shipments.dispatch import dispatch_shipment
from tracking.shipments.estimation import MAXIMUM_ESTIMATES, estimate_shipment


@strawberry.type(description="The result of a command on a shipment.")
class ShipmentPayload:
    shipment = payload_field(
        Shipment | None, "The shipment after the command; null if it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class ShipmentMutations:
    @mutation_field(
        ShipmentPayload,
        (
            "Creates a shipment from pieces of an order. An order has at most"
            f" {MAXIMUM_SHIPMENTS} shipments."
        ),
        permission=Scope.ORDERS_WRITE,
    )
    async def shipment_create(
        self,
        info: Info,
        tracking_id: TrackingId,
        input: Annotated[
            ShipmentDraft, strawberry.argument(description="The pieces to ship, and how.")
        ],
    ) -> CommandResult:
        context = info.context
        made = await create_shipment(context.tracker, context.viewer, tracking_id, input)
        return CommandResult(shipment=made)

    @mutation_field(ShipmentPayload, "Marks a shipment as packed.", permission=Scope.ORDERS_WRITE)
    async def shipment_pack(
        self, info: Info, id: ShipmentId, occurred_at: OccurredAt = None
    ) -> CommandResult:
        context = info.context
        packed = await pack_shipment(context.tracker, context.viewer, id, occurred_at)
        return CommandResult(shipment=packed)

    @mutation_field(
        ShipmentPayload,
        (
            "Hands a shipment to a carrier, or makes it ready for collection or for the"
            " shop's own van."
        ),
        permission=Scope.ORDERS_WRITE,
    )
    async def shipment_dispatch(
        self,
        info: Info,
        id: ShipmentId,
        input: Annotated[
            DispatchDraft,
            strawberry.argument(
                description="The carrier, the tracking number and the expected delivery time."
            ),
        ],
    ) -> CommandResult:
        context = info.context
        sent = await dispatch_shipment(context.tracker, context.viewer, id, input)
        return CommandResult(shipment=sent)

    @mutation_field(
        ShipmentPayload,
        (
            "Corrects the carrier, the tracking number or the service of a shipment. Its"
            " status is derived anew from the events of the correct number."
        ),
        permission=Scope.ORDERS_WRITE,
    )
    async def shipment_amend(
        self,
        info: Info,
        id: ShipmentId,
        input: Annotated[
            ShipmentAmendment, strawberry.argument(description="The corrections to make.")
        ],
    ) -> CommandResult:
        context = info.context
        amended = await amend_shipment(context.tracker, context.viewer, id, input)
        return CommandResult(shipment=amended)

    @mutation_field(
        ShipmentPayload,
        (
            "Sets the expected delivery time of a shipment. People set at most"
            f" {MAXIMUM_ESTIMATES} estimates of a shipment."
        ),
        permission=Scope.TRACKING_WRITE,
    )
    async def shipment_estimate(
        self,
        info: Info,
        id: ShipmentId,
        estimate: Annotated[
            EstimateDraft, strawberry.argument(description="The expected delivery time.")
        ],
    ) -> CommandResult:
        context = info.context
        revised = await estimate_shipment(context.tracker, context.viewer, id, estimate)
        return CommandResult(shipment=revised)

    @mutation_field(
        ShipmentPayload,
        ("Cancels a shipment that has not moved. Its pieces can go into another shipment."),
        permission=Scope.ORDERS_WRITE,
    )
    async def shipment_cancel(
        self, info: Info, id: ShipmentId, reason: Reason, occurred_at: OccurredAt = None
    ) -> CommandResult:
        context = info.context
        cancelled = await cancel_shipment(context.tracker, context.viewer, id, reason, occurred_at)
        return CommandResult(shipment=cancelled)
