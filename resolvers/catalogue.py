"""The catalogue: every type of the schema that shows rows, and the sources of its fields."""

from engine.sql.statement_builder import Catalogue
from resolvers.api_keys import API_KEY
from resolvers.customers import CUSTOMER
from resolvers.estimates import DELIVERY_ESTIMATE
from resolvers.events import TRACKING_EVENT
from resolvers.exceptions import EXCEPTION_NOTE, ORDER_EXCEPTION
from resolvers.history import KINDS
from resolvers.kept_numbers import KEPT_NUMBER
from resolvers.orders import ADDRESS, ORDER, ORDER_ITEM
from resolvers.sessions import SESSION
from resolvers.shipments import SHIPMENT, SHIPMENT_ITEM

CATALOGUE: Catalogue = {
    "Order": ORDER,
    "OrderItem": ORDER_ITEM,
    "Address": ADDRESS,
    "Customer": CUSTOMER,
    "Shipment": SHIPMENT,
    "ShipmentItem": SHIPMENT_ITEM,
    "TrackingEvent": TRACKING_EVENT,
    "KeptNumber": KEPT_NUMBER,
    "DeliveryEstimate": DELIVERY_ESTIMATE,
    "OrderException": ORDER_EXCEPTION,
    "ExceptionNote": EXCEPTION_NOTE,
    "ApiKey": API_KEY,
    "Session": SESSION,
    **KINDS,
}
