"""Tracking events: of orders and of shipments, in the order in which they count."""

from models.events import TrackingEvent
from models.node_ids import NodeType
from models.orders import Order
from models.shipments import Shipment
from resolvers.conditions import TIME
from resolvers.places import LOCATION
from resolvers.plans.connections import Paged
from resolvers.plans.ordering import NUMBER, Key, Ordering
from resolvers.plans.sources import Identity, One, columns
from resolvers.plans.writing import Type

OLDEST_FIRST = Ordering(
    "events", (Key("moment", kind=TIME), Key("rank", kind=NUMBER), Key("fingerprint"))
)
EVENTS_OF_ORDER = Paged(TrackingEvent, "order_id", OLDEST_FIRST)
EVENTS_OF_SHIPMENT = Paged(TrackingEvent, "shipment_id", OLDEST_FIRST)

TRACKING_EVENT = Type(
    TrackingEvent,
    {
        "id": Identity(NodeType.EVENT),
        "order": One(Order, "order_id"),
        "shipment": One(Shipment, "shipment_id"),
        "location": LOCATION,
        **columns("type", "classifier", "occurred_at", "local_time", "time_zone_source"),
        **columns("precision", "recorded_at", "description", "signed_by", "source"),
        **columns("carrier_code", "retracted_at"),
    },
)
