"""Tracking events: of orders and of shipments, in the order in which they count."""

from engine.sql.conditions import TIME
from engine.sql.keyset_pagination import Paged
from engine.sql.ordering import NUMBER, Key, Ordering
from engine.sql.sources import Identity, One, columns
from engine.sql.statement_builder import Type
from models.events import TrackingEvent
from models.node_ids import NodeType
from models.orders import Order
from models.shipments import Shipment
from resolvers.places import LOCATION

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
