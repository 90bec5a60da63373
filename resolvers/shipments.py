"""Shipments and what is in them."""

from engine.sql.sources import Column, Finished, ForStaff, Identity, Many, One, columns
from engine.sql.statement_builder import Type
from models.carriers import tracking_url
from models.events import TrackingEvent
from models.node_ids import NodeType
from models.orders import Order, OrderItem
from models.shipments import Shipment, ShipmentItem
from resolvers.estimates import CURRENT, REVISIONS
from resolvers.events import EVENTS_OF_SHIPMENT
from resolvers.exceptions import EXCEPTIONS_OF_SHIPMENT
from resolvers.places import ORIGIN

SHIPMENT = Type(
    Shipment,
    {
        "id": Identity(NodeType.SHIPMENT),
        "order": One(Order, "order_id"),
        "trackingUrl": Finished(("carrier", "number_key"), tracking_url),
        "nextStatuses": ForStaff(Column("next_statuses")),
        "statusEvent": One(TrackingEvent, "status_event_id"),
        "origin": ORIGIN,
        "items": Many(ShipmentItem, "shipment_id", (("id", "ASC"),)),
        "estimate": CURRENT,
        "estimates": REVISIONS,
        "lastEvent": One(TrackingEvent, "last_event_id"),
        "events": EVENTS_OF_SHIPMENT,
        "exceptions": EXCEPTIONS_OF_SHIPMENT,
        **columns("carrier", "service", "tracking_number", "status", "health", "created_at"),
        **columns("updated_at", "packed_at", "shipped_at", "delivered_at", "signed_by"),
    },
)
SHIPMENT_ITEM = Type(
    ShipmentItem, {"item": One(OrderItem, "item_id"), "quantity": Column("quantity")}
)
