"""Number decisions: what people decided about the news that no shipment has taken."""

from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from database.columns import new_id, optional_time_column, time_column
from database.plain_model import PlainModel
from models.changes import ACTOR_LENGTH
from models.orders import TEXT_LENGTH
from models.shipments import CARRIER_LENGTH, NUMBER_LENGTH


class NumberDecision(PlainModel):
    """A decision about the kept events of a tracking number, with its author and reason.

    With a `shipment_id` the number is assigned: its events, also later ones, belong to that
    shipment until `ended_at`. Without one the events were discarded. `TrackingEvent.decision_id`
    names the decision by which an event came to its shipment or was discarded.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    carrier = fields.CharField(max_length=CARRIER_LENGTH)
    number_key = fields.CharField(max_length=NUMBER_LENGTH)
    shipment_id: UUID | None = fields.UUIDField(null=True)
    decided_at = time_column()
    ended_at = optional_time_column()
    actor = fields.CharField(max_length=ACTOR_LENGTH)
    reason = fields.CharField(max_length=TEXT_LENGTH)

    class Meta:
        table = "number_decision"
        indexes = (Index(fields=["carrier", "number_key"]),)
