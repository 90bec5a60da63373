"""Kept numbers: news that no shipment has taken."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.enums import TrackingEventType

if TYPE_CHECKING:
    from schema.types.shipments import Shipment


@strawberry.type(
    description=(
        "A carrier's tracking number with events that no shipment has taken, most often because"
        " the shop and the source name the carrier differently, or because of a mistyped number."
        " They are applied when a shipment takes the number, or when keptNumberAssign gives them"
        " to one."
    )
)
class KeptNumber:
    carrier: str = strawberry.field(description="The carrier that the events name.")
    tracking_number: str = strawberry.field(
        description="The tracking number in the form that is compared: letters in capitals, without"
        " spaces and dashes."
    )
    events: int = strawberry.field(description="The number of events that are kept.")
    first_received_at: datetime = strawberry.field(
        description="When the first of the kept events was received."
    )
    last_received_at: datetime = strawberry.field(
        description="When the newest of the kept events was received."
    )
    last_event_type: TrackingEventType = strawberry.field(
        description="The type of the event that was received last."
    )
    sources: list[str] = strawberry.field(
        description="The sources that sent the events, in alphabetical order, at most 20."
    )
    candidates: list[Annotated["Shipment", strawberry.lazy("schema.types.shipments")]] = (
        strawberry.field(
            description="The shipments that have this tracking number under any carrier, newest"
            " first, at most 10."
        )
    )
