"""Shipments and their contents."""

from engine.sql.field_sources import (
    Column,
    NodeId,
    PostProcessed,
    StaffOnly,
    ToMany,
    ToOne,
    plain_columns,
)
from engine.sql.statement_builder import ObjectSource
from models.carriers import tracking_url
from models.events import TrackingEvent
from models.node_ids import NodeType
from models.orders import Order, OrderItem
from models.shipments import Shipment, ShipmentItem
from resolvers.estimates import CURRENT, REVISIONS
from resolvers.events import EVENTS_OF_SHIPMENT
from resolvers.exceptions import EXCEPTIONS_OF_SHIPMENT
from resolvers.places import ORIGIN

SHIPMENT = ObjectSource(
    Shipment,
    {
        **plain_columns(Shipment),
        "id": NodeId(NodeType.SHIPMENT),
        "order": ToOne(Order, "order_id"),
        "trackingUrl": PostProcessed(("carrier", "number_key"), tracking_url),
        "nextStatuses": StaffOnly(Column("next_statuses")),
        "statusEvent": ToOne(TrackingEvent, "status_event_id"),
        "origin": ORIGIN,
        "items": ToMany(ShipmentItem, "shipment_id", (("id", "ASC"),)),
        "estimate": CURRENT,
        "estimates": REVISIONS,
        "lastEvent": ToOne(TrackingEvent, "last_event_id"),
        "events": EVENTS_OF_SHIPMENT,
        "exceptions": EXCEPTIONS_OF_SHIPMENT,
    },
)
SHIPMENT_ITEM = ObjectSource(
    ShipmentItem, {**plain_columns(ShipmentItem), "item": ToOne(OrderItem, "item_id")}
)
