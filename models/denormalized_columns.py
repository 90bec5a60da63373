"""Copies: what lists ask of an order's parts, kept beside each part for an index to find.

An index knows one table. Without these the orders of a rare carrier would be looked for among all
orders, or those of a common one sorted, for a page of twenty.
"""

from collections.abc import Sequence
from uuid import UUID

from models.exceptions import OrderException
from models.orders import Order
from models.shipments import Shipment


def refresh_denormalized(
    order: Order, shipments: Sequence[Shipment], exceptions: Sequence[OrderException]
) -> None:
    """Whoever changes what is copied calls it, with all that the order has."""
    for shipment in shipments:
        shipment.placed_at, shipment.order_status = order.placed_at, order.status
        shipment.country = order.destination_country
    carriers: dict[UUID | None, str | None] = {None: None}
    carriers |= {shipment.id: shipment.carrier for shipment in shipments}
    for exception in exceptions:
        exception.placed_at = order.placed_at
        exception.carrier = carriers[exception.shipment_id]
    order.open_exceptions = sum(one.is_unresolved for one in exceptions)
