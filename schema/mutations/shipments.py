"""Mutations of shipments."""

from typing import Annotated

import strawberry

from access.scopes import Scope
from engine.planning.payload_loader import payload_field
from schema.context import Info
from schema.inputs.shipments import (
    ShipmentAmendInput,
    ShipmentCreateInput,
    ShipmentDispatchInput,
)
from schema.inputs.values import EstimateInput
from schema.mutations.commands import (
    Answer,
    ErrorsDescription,
    OccurredAt,
    Reason,
    ShipmentId,
    TrackingId,
    UserError,
    command,
)
from schema.types.shipments import Shipment
from tracking.shipments import commands as acts
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.creation import create_shipment
from tracking.shipments.dispatch import dispatch_shipment
from tracking.shipments.estimation import estimate_shipment


@strawberry.type(description="What became of a shipment.")
class ShipmentPayload:
    shipment = payload_field(Shipment | None, "The shipment as it is now.")
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class ShipmentMutations:
    @command(Scope.ORDERS_WRITE, "Put pieces of an order into a shipment.", ShipmentPayload)
    async def shipment_create(
        self,
        info: Info,
        tracking_id: TrackingId,
        input: Annotated[
            ShipmentCreateInput, strawberry.argument(description="What goes into it.")
        ],
    ) -> Answer:
        context = info.context
        made = await create_shipment(context.tracker, context.viewer, tracking_id, input)
        return Answer(shipment=made)

    @command(Scope.ORDERS_WRITE, "Say that a shipment is packed.", ShipmentPayload)
    async def shipment_pack(
        self, info: Info, id: ShipmentId, occurred_at: OccurredAt = None
    ) -> Answer:
        context = info.context
        packed = await acts.pack_shipment(context.tracker, context.viewer, id, occurred_at)
        return Answer(shipment=packed)

    @command(
        Scope.ORDERS_WRITE,
        "Hand a shipment to a carrier, or make it ready for collection or our own van.",
        ShipmentPayload,
    )
    async def shipment_dispatch(
        self,
        info: Info,
        id: ShipmentId,
        input: Annotated[
            ShipmentDispatchInput, strawberry.argument(description="To whom, and how.")
        ],
    ) -> Answer:
        context = info.context
        sent = await dispatch_shipment(context.tracker, context.viewer, id, input)
        return Answer(shipment=sent)

    @command(
        Scope.ORDERS_WRITE,
        "Put a wrong carrier or number right: its events are folded anew.",
        ShipmentPayload,
    )
    async def shipment_amend(
        self,
        info: Info,
        id: ShipmentId,
        input: Annotated[ShipmentAmendInput, strawberry.argument(description="What is right.")],
    ) -> Answer:
        context = info.context
        amended = await amend_shipment(context.tracker, context.viewer, id, input)
        return Answer(shipment=amended)

    @command(Scope.TRACKING_WRITE, "Say when a shipment is expected.", ShipmentPayload)
    async def shipment_estimate(
        self,
        info: Info,
        id: ShipmentId,
        estimate: Annotated[EstimateInput, strawberry.argument(description="When.")],
    ) -> Answer:
        context = info.context
        revised = await estimate_shipment(context.tracker, context.viewer, id, estimate)
        return Answer(shipment=revised)

    @command(
        Scope.ORDERS_WRITE,
        "Cancel a shipment that has not moved; its pieces are free again.",
        ShipmentPayload,
    )
    async def shipment_cancel(
        self, info: Info, id: ShipmentId, reason: Reason, occurred_at: OccurredAt = None
    ) -> Answer:
        context = info.context
        cancelled = await acts.cancel_shipment(
            context.tracker, context.viewer, id, reason, occurred_at
        )
        return Answer(shipment=cancelled)
