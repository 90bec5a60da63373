"""Denormalized columns: copies of an order's values in the tables of its parts, for indexes.

An index covers one table. Without the copies, a page of twenty orders of a rare carrier would be
searched among all orders, and one of a common carrier would be sorted first.
"""

from collections.abc import Sequence
from uuid import UUID

from models.exceptions import OrderException
from models.orders import Order
from models.shipments import Shipment


def refresh_denormalized(
    order: Order, shipments: Sequence[Shipment], exceptions: Sequence[OrderException]
) -> None:
    """Set the copies. Call it after any change, with all shipments and exceptions of the order."""
    for shipment in shipments:
        shipment.placed_at, shipment.order_status = order.placed_at, order.status
        shipment.country = order.destination_country
    carrier_by_shipment: dict[UUID | None, str | None] = {None: None}
    carrier_by_shipment |= {shipment.id: shipment.carrier for shipment in shipments}
    for exception in exceptions:
        exception.placed_at = order.placed_at
        exception.carrier = carrier_by_shipment[exception.shipment_id]
    order.open_exceptions = sum(exception.is_unresolved for exception in exceptions)
