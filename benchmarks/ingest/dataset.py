"""The dataset: shipments created through the API, and tracking events for them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from benchmarks.ingest.http_client import Connection, open_connections

CREATORS = 8
CARRIER = "ups"
JOURNEY = (
    "PICKED_UP",
    "DEPARTED_FACILITY",
    "ARRIVED_FACILITY",
    "IN_TRANSIT",
    "ARRIVED_DESTINATION_FACILITY",
    "OUT_FOR_DELIVERY",
)
"""The events of one shipment, repeated: two of six change its status, about as many as in
practice."""
EVENT_INTERVAL = timedelta(milliseconds=100)

CREATE_ORDER = """
mutation ($input: OrderCreateInput!) {
  orderCreate(input: $input) { order { trackingId } userErrors { message } }
}
"""
CREATE_SHIPMENT = """
mutation ($order: ID!) {
  orderConfirm(trackingId: $order) { userErrors { message } }
  shipmentCreate(trackingId: $order, input: {}) { shipment { id } userErrors { message } }
}
"""
DISPATCH_SHIPMENT = """
mutation ($id: ID!, $input: ShipmentDispatchInput!) {
  shipmentDispatch(id: $id, input: $input) { userErrors { message } }
}
"""
ORDER = {
    "customer": {"name": "Customer 1", "email": "customer1@example.com"},
    "shippingAddress": {"line1": "1 High Street", "city": "Berlin", "country": "DE"},
    "items": [{"sku": "A1", "name": "Cup", "quantity": 2, "unitPrice": "9.90"}],
}


async def create_shipments(url: str, key: str, shipments: int) -> None:
    """Create `shipments` orders, each with one dispatched shipment."""
    numbers = iter(range(shipments))
    async with open_connections(url, key, CREATORS) as connections:
        await asyncio.gather(*[_create_some(connection, numbers) for connection in connections])


async def _create_some(connection: Connection, numbers: Iterator[int]) -> None:
    for number in numbers:
        created = await connection.execute(CREATE_ORDER, input=ORDER)
        order = created["orderCreate"]["order"]["trackingId"]
        shipped = await connection.execute(CREATE_SHIPMENT, order=order)
        dispatch = {"carrier": CARRIER, "trackingNumber": tracking_number(number)}
        shipment = shipped["shipmentCreate"]["shipment"]["id"]
        await connection.execute(DISPATCH_SHIPMENT, id=shipment, input=dispatch)


def tracking_number(number: int) -> str:
    return f"1Z{number:08}"


def generate_events(shipments: int) -> Iterator[dict[str, Any]]:
    """Yield events without end, of one shipment after another, each later than the one before."""
    start = datetime.now(UTC) - timedelta(days=1)
    for number in count():
        yield {
            "carrier": CARRIER,
            "trackingNumber": tracking_number(number % shipments),
            "type": JOURNEY[number // shipments % len(JOURNEY)],
            "occurredAt": (start + number * EVENT_INTERVAL).isoformat(),
            "sourceEventId": f"e{number}",
            "carrierCode": f"e{number}",
            "description": "Processed",
            "location": {"city": "Leipzig", "country": "DE"},
        }
