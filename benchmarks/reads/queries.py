"""What is asked, of both servers alike."""

from dataclasses import dataclass
from typing import Any

import orjson

ORDER = """
query Order($trackingId: ID!) {
  order(trackingId: $trackingId) {
    trackingId reference status health placedAt promisedAt
    estimate { earliest latest source }
    shipments {
      carrier trackingNumber status shippedAt deliveredAt
      events { nodes { type occurredAt description location { city country } } }
    }
    exceptions { type severity status summary openedAt }
  }
}
"""
PAGE = """
query Page($after: String) {
  orders(first: 50, after: $after) { nodes { trackingId reference status health placedAt } }
}
"""
NESTED = """
query Nested($after: String) {
  orders(first: 20, after: $after) {
    nodes { trackingId status shipments { carrier status lastEvent { type occurredAt } } }
  }
}
"""
VIEWER = "{ viewer { name } }"
PLACE = """
query Place($until: DateTime!) {
  orders(first: 10, filter: {placedAt: {until: $until}}) { pageInfo { endCursor } }
}
"""
"""For a cursor to begin a page at: each server has its own."""
HOLD = """
mutation Hold($trackingId: ID!) {
  orderHold(trackingId: $trackingId, reason: "Looked into") {
    order { trackingId status sequence } userErrors { code message }
  }
}
"""
RELEASE = """
mutation Release($trackingId: ID!) {
  orderRelease(trackingId: $trackingId) {
    order { trackingId status sequence } userErrors { code message }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A query; `aim` is what part of the bare application's rate is hoped for."""

    name: str
    said: str
    query: str
    aim: float


QUESTIONS = (
    Question("order", "an order, its events, exceptions", ORDER, 0.85),
    Question("page", "50 orders, 5 fields", PAGE, 0.85),
    Question("nested", "20 orders, shipments, last event", NESTED, 0.7),
    Question("viewer", "viewer { name }", VIEWER, 0.5),
)


def body(query: str, **variables: Any) -> bytes:
    return orjson.dumps({"query": query, "variables": variables})
