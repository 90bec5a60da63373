"""Mutations of tracking events."""

from typing import Annotated

import strawberry

from access.scopes import Scope
from engine.planning.payload_loader import payload_field, payload_list_field
from errors import DomainError
from schema.context import Info
from schema.enums import RecordOutcome
from schema.field_declarations import mutation_field
from schema.mutations.payloads import (
    CommandResult,
    ErrorsDescription,
    Reason,
    UserError,
)
from schema.mutations.shipments import ShipmentPayload
from schema.types.events import TrackingEvent
from tracking.events.commands import record_events
from tracking.events.event_limits import MAXIMUM_EVENTS_OF_ORDER, MAXIMUM_EVENTS_OF_SHIPMENT
from tracking.events.outcomes import Duplicate, Kept, Outcome, Recorded
from tracking.events.retraction import retract_event
from tracking.inputs import EventBatch
from tracking.inputs.limits import MAXIMUM_EVENTS


@strawberry.type(
    description="The outcome of one event. An event that is INVALID does not stop the others."
)
class RecordResult:
    outcome: RecordOutcome = strawberry.field(description="What was done with the event.")
    event = payload_field(
        TrackingEvent | None,
        ("The event; null while it is stored without a shipment, or if it was rejected."),
    )
    events = payload_list_field(
        list[TrackingEvent],
        (
            "The events of all shipments that have the news: several if shipments of several"
            " orders share a box, else only event, or none."
        ),
    )
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type(description="The outcomes of recording tracking events.")
class TrackingEventsRecordPayload:
    results: list[RecordResult] = strawberry.field(
        description=(
            "One result for each event, in the order of the input; empty if the whole"
            " call was refused."
        )
    )
    user_errors: list[UserError] = strawberry.field(
        description=(
            "The errors because of which the whole call was refused, so that no event was"
            " recorded; empty otherwise."
        )
    )


@strawberry.type
class EventMutations:
    @mutation_field(
        TrackingEventsRecordPayload,
        (
            f"Records up to {MAXIMUM_EVENTS} tracking events, which may come in any order. Repeated"
            f" events are recognised. A shipment has at most {MAXIMUM_EVENTS_OF_SHIPMENT:,} events,"
            f" and an order {MAXIMUM_EVENTS_OF_ORDER:,}."
        ),
        permission=Scope.TRACKING_WRITE,
    )
    async def tracking_events_record(
        self,
        info: Info,
        input: Annotated[
            EventBatch,
            strawberry.argument(description="The events and their source."),
        ],
    ) -> CommandResult:
        context = info.context
        outcomes = await record_events(context.tracker, context.viewer, input.source, input.events)
        return CommandResult(results=[_result(outcome) for outcome in outcomes])

    @mutation_field(
        ShipmentPayload,
        (
            "Retracts a tracking event. The event is kept and marked, and no longer"
            " affects the shipment's status."
        ),
        permission=Scope.TRACKING_WRITE,
    )
    async def tracking_event_retract(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The event's id.")],
        reason: Reason,
    ) -> CommandResult:
        context = info.context
        told = await retract_event(context.tracker, context.viewer, id, reason)
        return CommandResult(shipment=told)


def _result(outcome: Outcome) -> CommandResult:
    match outcome:
        case Recorded(event_id, others):
            events = (event_id, *others)
            return CommandResult(outcome=RecordOutcome.RECORDED, event=event_id, events=events)
        case Duplicate(event_id, others):
            events = () if event_id is None else (event_id, *others)
            return CommandResult(outcome=RecordOutcome.DUPLICATE, event=event_id, events=events)
        case Kept():
            return CommandResult(outcome=RecordOutcome.KEPT)
        case DomainError():
            return CommandResult(outcome=RecordOutcome.INVALID, user_errors=[UserError.of(outcome)])
