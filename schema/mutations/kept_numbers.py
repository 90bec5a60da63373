"""Mutations of kept numbers: news that no shipment has taken."""

from typing import Annotated

import strawberry

from access.scopes import Scope
from models.shipments import CARRIER_LENGTH, NUMBER_LENGTH
from schema.context import Info
from schema.field_declarations import mutation_field
from schema.mutations.payloads import (
    CommandResult,
    ErrorsDescription,
    Reason,
    ShipmentId,
    UserError,
)
from schema.mutations.shipments import ShipmentPayload
from tracking.events.kept_assignment import assign_kept_number
from tracking.events.kept_discard import discard_kept_number
from tracking.inputs.stored_fields import LimitedText

KeptCarrier = Annotated[
    str,
    strawberry.argument(
        description=f"The carrier, as keptNumbers shows it. {LimitedText(CARRIER_LENGTH).limit}"
    ),
]
KeptTrackingNumber = Annotated[
    str,
    strawberry.argument(
        description="The tracking number, as keptNumbers shows it. Spaces, dashes and case are"
        f" ignored. {LimitedText(NUMBER_LENGTH).limit}"
    ),
]


@strawberry.type(description="The result of discarding what was kept for a tracking number.")
class KeptNumberPayload:
    discarded_events: int = strawberry.field(
        name="events",
        description="The number of events that were discarded; 0 if the command was refused.",
    )
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class KeptNumberMutations:
    @mutation_field(
        ShipmentPayload,
        (
            "Assigns a kept tracking number to a shipment. The events that name this carrier and"
            " number are this shipment's from now on, those that are kept and those that will"
            " come, whatever their age and whatever carrier and number the shipment has. Shipments"
            " that have the number themselves, also under another carrier of the family, have"
            " precedence for what happens after the creation of the first of them. Assigning the"
            " number to another shipment moves there what came by the assignment."
        ),
        permission=Scope.TRACKING_WRITE,
    )
    async def kept_number_assign(
        self,
        info: Info,
        carrier: KeptCarrier,
        tracking_number: KeptTrackingNumber,
        shipment_id: ShipmentId,
        reason: Reason,
    ) -> CommandResult:
        context = info.context
        assigned = await assign_kept_number(
            context.tracker, context.viewer, carrier, tracking_number, shipment_id, reason
        )
        return CommandResult(shipment=assigned)

    @mutation_field(
        KeptNumberPayload,
        (
            "Discards the events that are kept for a tracking number, and ends the number's"
            " assignment, if it has one. The discarded events are known as DUPLICATE when they are"
            " sent again; new events are kept anew. What an assignment has brought stays with its"
            " shipment."
        ),
        permission=Scope.TRACKING_WRITE,
    )
    async def kept_number_discard(
        self,
        info: Info,
        carrier: KeptCarrier,
        tracking_number: KeptTrackingNumber,
        reason: Reason,
    ) -> CommandResult:
        context = info.context
        discarded = await discard_kept_number(
            context.tracker, context.viewer, carrier, tracking_number, reason
        )
        return CommandResult(discarded_events=discarded)
