"""The workload: requests whose variables are samples of what the dataset contains."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, product
from typing import Any

import asyncpg

from benchmarks.reads.load_generator import Connection, Load
from benchmarks.reads.queries import (
    CURSOR_QUERY,
    HOLD_MUTATION,
    QUERIES,
    RELEASE_MUTATION,
    request_body,
)

CONNECTIONS = 16
SAMPLED_ORDERS = 5_000
"""The requests ask for this many different orders."""
PAGE_STARTS = 100
"""Pages begin at this many places, which are spread over the list."""

SAMPLE_ORDERS = "SELECT tracking_id, placed_at FROM orders ORDER BY md5(tracking_id) LIMIT $1"
COLUMN_VALUES = "SELECT {0} FROM orders GROUP BY 1 ORDER BY count(*) DESC LIMIT $1"
FILTER_VALUES = 12
"""Pages are filtered by this many values of a column, from the most common to rare ones."""
SAMPLE_PENDING_ORDERS = """
SELECT tracking_id FROM orders WHERE status = 'PENDING' ORDER BY md5(tracking_id) LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class Samples:
    """Values for the variables of the requests."""

    tracking_ids: Sequence[str]
    page_starts: Sequence[datetime]
    statuses: Sequence[str]
    countries: Sequence[str]
    pending_tracking_ids: Sequence[str]
    """Orders that can be held and released."""


def query_loads(url: str, key: str, samples: Samples) -> dict[str, Load]:
    """Return the load of each query by its name.

    All servers get the same requests in the same order, apart from the cursors, which are the
    server's own.
    """
    cursors = _read_cursors(url, key, samples.page_starts)
    variables: dict[str, list[dict[str, Any]]] = {
        "order": [{"trackingId": tracking_id} for tracking_id in samples.tracking_ids],
        "page": [{"after": cursor} for cursor in cursors],
        "page_status": [{"status": [status]} for status in samples.statuses],
        "page_statuses": [{"status": pair} for pair in combinations(samples.statuses, 2)],
        "page_country": [
            {"status": [status], "country": [country]}
            for status, country in product(samples.statuses, samples.countries)
        ],
        "nested": [{"after": cursor} for cursor in cursors],
        "viewer": [{}],
    }
    return {
        query.name: Load(
            key,
            _distribute([request_body(query.text, **values) for values in variables[query.name]]),
        )
        for query in QUERIES
    }


def _read_cursors(url: str, key: str, page_starts: Sequence[datetime]) -> list[str]:
    with Connection(url, key) as connection:
        pages = [connection.execute(CURSOR_QUERY, until=start.isoformat()) for start in page_starts]
    return [page["orders"]["pageInfo"]["endCursor"] for page in pages]


def _distribute(bodies: Sequence[bytes]) -> list[list[bytes]]:
    """Return the bodies once per connection, each time rotated to begin at another place."""
    starts = (len(bodies) * number // CONNECTIONS for number in range(CONNECTIONS))
    return [[*bodies[start:], *bodies[:start]] for start in starts]


def mutation_load(key: str, samples: Samples) -> Load:
    """Return a load in which each connection holds and releases an order of its own."""
    bodies = [
        [
            request_body(HOLD_MUTATION, trackingId=tracking_id),
            request_body(RELEASE_MUTATION, trackingId=tracking_id),
        ]
        for tracking_id in samples.pending_tracking_ids
    ]
    return Load(key, bodies, required=b'"userErrors":[]')


async def read_samples(url: str) -> Samples:
    """Draw samples from the database. Raises RuntimeError if no order is pending."""
    connection = await asyncpg.connect(url)
    try:
        orders = await connection.fetch(SAMPLE_ORDERS, SAMPLED_ORDERS)
        pending = await connection.fetch(SAMPLE_PENDING_ORDERS, CONNECTIONS)
        statuses, countries = [
            [row[0] for row in await connection.fetch(COLUMN_VALUES.format(column), FILTER_VALUES)]
            for column in ("status", "destination_country")
        ]
    finally:
        await connection.close()
    if not pending:
        raise RuntimeError("No order is pending, so none can be held.")
    return Samples(
        [row["tracking_id"] for row in orders],
        [row["placed_at"] for row in orders[:PAGE_STARTS]],
        statuses,
        countries,
        [row["tracking_id"] for row in pending],
    )
