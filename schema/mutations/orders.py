"""Mutations of orders."""

from typing import Annotated

import strawberry

from access.scopes import Scope
from engine.planning.payload_loader import payload_field
from schema.context import Info
from schema.field_declarations import mutation_field
from schema.mutations.payloads import (
    CommandResult,
    ErrorsDescription,
    ExpectedSequence,
    OccurredAt,
    Reason,
    TrackingId,
    UserError,
)
from schema.types.orders import Order
from tracking.inputs import OrderAmendment, OrderDraft, PiecesDraft
from tracking.orders.amendment import amend_order
from tracking.orders.commands import cancel_order, confirm_order, hold_order, release_order
from tracking.orders.creation import create_order

CancelledItems = Annotated[
    list[PiecesDraft] | None,
    strawberry.argument(
        description=(
            "The pieces to cancel; all that have not shipped if left out. More than can be"
            " cancelled is refused with INVALID, and then nothing is cancelled."
        )
    ),
]


@strawberry.type(description="The result of a command on an order.")
class OrderPayload:
    order = payload_field(Order | None, "The order after the command; null if it was refused.")
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class OrderMutations:
    @mutation_field(OrderPayload, "Creates an order.", permission=Scope.ORDERS_WRITE)
    async def order_create(
        self,
        info: Info,
        input: Annotated[OrderDraft, strawberry.argument(description="The order to create.")],
    ) -> CommandResult:
        context = info.context
        return CommandResult(order=await create_order(context.tracker, context.viewer, input))

    @mutation_field(OrderPayload, "Confirms a pending order.", permission=Scope.ORDERS_WRITE)
    async def order_confirm(
        self, info: Info, tracking_id: TrackingId, occurred_at: OccurredAt = None
    ) -> CommandResult:
        context = info.context
        return CommandResult(
            order=await confirm_order(context.tracker, context.viewer, tracking_id, occurred_at),
        )

    @mutation_field(
        OrderPayload,
        (
            "Puts an order on hold before anything has shipped. Its shipments cannot be packed or"
            " dispatched until orderRelease."
        ),
        permission=Scope.ORDERS_WRITE,
    )
    async def order_hold(
        self, info: Info, tracking_id: TrackingId, reason: Reason, occurred_at: OccurredAt = None
    ) -> CommandResult:
        context = info.context
        return CommandResult(
            order=await hold_order(
                context.tracker, context.viewer, tracking_id, reason, occurred_at
            ),
        )

    @mutation_field(
        OrderPayload, "Releases an order that is on hold.", permission=Scope.ORDERS_WRITE
    )
    async def order_release(
        self, info: Info, tracking_id: TrackingId, occurred_at: OccurredAt = None
    ) -> CommandResult:
        context = info.context
        return CommandResult(
            order=await release_order(context.tracker, context.viewer, tracking_id, occurred_at),
        )

    @mutation_field(
        OrderPayload,
        (
            "Cancels pieces of an order that have not shipped yet: those of items, or all of"
            " them. Pieces that have shipped go on. Pieces in no shipment are taken first, then"
            " those in shipments that have not moved: shipments that are not packed before"
            " packed ones, those before dispatched ones, and of each kind the newest first. Such"
            " a shipment goes on with what is left in it, which its history shows, and is"
            " cancelled if nothing is. If a scan shows that a cancelled shipment is on its way"
            " all the same, it takes its pieces back, also those that were cancelled. A second"
            " call with the same items cancels as many pieces again: send expectedSequence to"
            " make retries safe."
        ),
        permission=Scope.ORDERS_WRITE,
    )
    async def order_cancel(
        self,
        info: Info,
        tracking_id: TrackingId,
        reason: Reason,
        items: CancelledItems = None,
        occurred_at: OccurredAt = None,
        expected_sequence: ExpectedSequence = None,
    ) -> CommandResult:
        context = info.context
        return CommandResult(
            order=await cancel_order(
                context.tracker,
                context.viewer,
                tracking_id,
                reason,
                occurred_at,
                expected_sequence,
                items,
            ),
        )

    @mutation_field(
        OrderPayload,
        "Amends an order: changes the fields that the input sets.",
        permission=Scope.ORDERS_WRITE,
    )
    async def order_amend(
        self,
        info: Info,
        tracking_id: TrackingId,
        input: Annotated[OrderAmendment, strawberry.argument(description="The changes to make.")],
        expected_sequence: ExpectedSequence = None,
    ) -> CommandResult:
        context = info.context
        return CommandResult(
            order=await amend_order(
                context.tracker,
                context.viewer,
                tracking_id,
                input,
                expected_sequence,
            ),
        )
