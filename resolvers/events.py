"""Sources of tracking events, in the order in which they affect a status."""

from engine.sql.conditions import TIME
from engine.sql.field_sources import NodeId, ToOne, plain_columns
from engine.sql.keyset_pagination import KeysetConnection
from engine.sql.ordering import NUMBER, Key, Ordering
from engine.sql.statement_builder import ObjectSource
from models.events import TrackingEvent
from models.node_ids import NodeType
from models.orders import Order
from models.shipments import Shipment
from resolvers.places import LOCATION

OLDEST_FIRST = Ordering(
    "events", (Key("moment", kind=TIME), Key("rank", kind=NUMBER), Key("fingerprint"))
)
EVENTS_OF_ORDER = KeysetConnection(TrackingEvent, "order_id", OLDEST_FIRST)
EVENTS_OF_SHIPMENT = KeysetConnection(TrackingEvent, "shipment_id", OLDEST_FIRST)

TRACKING_EVENT = ObjectSource(
    TrackingEvent,
    {
        **plain_columns(TrackingEvent),
        "id": NodeId(NodeType.EVENT),
        "order": ToOne(Order, "order_id"),
        "shipment": ToOne(Shipment, "shipment_id"),
        "location": LOCATION,
    },
)
