"""The shop whose news is measured: orders made through the API, and events for them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from benchmarks.ingest.http_client import Connection, connections

FILLERS = 8
CARRIER = "ups"
JOURNEY = (
    "PICKED_UP",
    "DEPARTED_FACILITY",
    "ARRIVED_FACILITY",
    "IN_TRANSIT",
    "ARRIVED_DESTINATION_FACILITY",
    "OUT_FOR_DELIVERY",
)
"""Again and again: two events of six change the status, as of a real parcel about a third do."""
BETWEEN_EVENTS = timedelta(milliseconds=100)

CREATE = """
mutation ($input: OrderCreateInput!) {
  orderCreate(input: $input) { order { trackingId } userErrors { message } }
}
"""
PACK = """
mutation ($order: ID!) {
  orderConfirm(trackingId: $order) { userErrors { message } }
  shipmentCreate(trackingId: $order, input: {}) { shipment { id } userErrors { message } }
}
"""
DISPATCH = """
mutation ($id: ID!, $input: ShipmentDispatchInput!) {
  shipmentDispatch(id: $id, input: $input) { userErrors { message } }
}
"""
ORDER = {
    "customer": {"name": "Ada Brown", "email": "ada@example.com"},
    "shippingAddress": {"line1": "1 High Street", "city": "Berlin", "country": "DE"},
    "items": [{"sku": "A1", "name": "Cup", "quantity": 2, "unitPrice": "9.90"}],
}


async def fill(url: str, key: str, shipments: int) -> None:
    """As many orders, each with a shipment under way."""
    numbers = iter(range(shipments))
    async with connections(url, key, FILLERS) as opened:
        await asyncio.gather(*[_fill_some(one, numbers) for one in opened])


async def _fill_some(connection: Connection, numbers: Iterator[int]) -> None:
    for number in numbers:
        created = await connection.ask(CREATE, input=ORDER)
        order = created["orderCreate"]["order"]["trackingId"]
        packed = await connection.ask(PACK, order=order)
        dispatch = {"carrier": CARRIER, "trackingNumber": tracking_number(number)}
        shipment = packed["shipmentCreate"]["shipment"]["id"]
        await connection.ask(DISPATCH, id=shipment, input=dispatch)


def tracking_number(number: int) -> str:
    return f"1Z{number:08}"


def events(shipments: int) -> Iterator[dict[str, Any]]:
    """News of one shipment after the other, without end, each later than the last."""
    start = datetime.now(UTC) - timedelta(days=1)
    for number in count():
        yield {
            "carrier": CARRIER,
            "trackingNumber": tracking_number(number % shipments),
            "type": JOURNEY[number // shipments % len(JOURNEY)],
            "occurredAt": (start + number * BETWEEN_EVENTS).isoformat(),
            "sourceEventId": f"e{number}",
            "carrierCode": f"e{number}",
            "description": "Processed",
            "location": {"city": "Leipzig", "country": "DE"},
        }
