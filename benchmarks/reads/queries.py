"""The GraphQL operations of the benchmark, which both servers answer."""

from dataclasses import dataclass
from typing import Any

import orjson

ORDER_QUERY = """
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
PAGE_QUERY = """
query Page($after: String) {
  orders(first: 50, after: $after) { nodes { trackingId reference status health placedAt } }
}
"""
STATUS_PAGE_QUERY = """
query StatusPage($status: [OrderStatus!]!) {
  orders(first: 50, filter: {status: $status}) {
    nodes { trackingId reference status health placedAt }
  }
}
"""
STATUSES_PAGE_QUERY = STATUS_PAGE_QUERY.replace("StatusPage", "StatusesPage")
COUNTRY_PAGE_QUERY = """
query CountryPage($status: [OrderStatus!]!, $country: [String!]!) {
  orders(first: 50, filter: {status: $status, country: $country}) {
    nodes { trackingId reference status health placedAt }
  }
}
"""
NESTED_QUERY = """
query Nested($after: String) {
  orders(first: 20, after: $after) {
    nodes { trackingId status shipments { carrier status lastEvent { type occurredAt } } }
  }
}
"""
VIEWER_QUERY = "{ viewer { name } }"
CURSOR_QUERY = """
query Cursor($until: DateTime!) {
  orders(first: 10, filter: {placedAt: {until: $until}}) { pageInfo { endCursor } }
}
"""
"""Asks for a cursor to begin a page at, because each server has cursors of its own."""
HOLD_MUTATION = """
mutation Hold($trackingId: ID!) {
  orderHold(trackingId: $trackingId, reason: "Looked into") {
    order { trackingId status sequence } userErrors { code message }
  }
}
"""
RELEASE_MUTATION = """
mutation Release($trackingId: ID!) {
  orderRelease(trackingId: $trackingId) {
    order { trackingId status sequence } userErrors { code message }
  }
}
"""


@dataclass(frozen=True, slots=True)
class BenchmarkQuery:
    """A query of the benchmark. `goal` is the intended share of the baseline's rate."""

    name: str
    label: str
    text: str
    goal: float
    is_page: bool = False
    """Whether it reads a page of orders without anything below them, filtered or not."""


QUERIES = (
    BenchmarkQuery("order", "an order, its events, exceptions", ORDER_QUERY, 0.85),
    BenchmarkQuery("page", "50 orders, 5 fields", PAGE_QUERY, 0.85, is_page=True),
    BenchmarkQuery("page_status", "50 orders of a status", STATUS_PAGE_QUERY, 0.85, is_page=True),
    BenchmarkQuery(
        "page_statuses", "50 orders of two statuses", STATUSES_PAGE_QUERY, 0.85, is_page=True
    ),
    BenchmarkQuery(
        "page_country", "50 orders of a status, a country", COUNTRY_PAGE_QUERY, 0.85, is_page=True
    ),
    BenchmarkQuery("nested", "20 orders, shipments, last event", NESTED_QUERY, 0.7),
    BenchmarkQuery("viewer", "viewer { name }", VIEWER_QUERY, 0.5),
)


def request_body(query: str, **variables: Any) -> bytes:
    """Return the JSON body of a GraphQL request."""
    return orjson.dumps({"query": query, "variables": variables})
