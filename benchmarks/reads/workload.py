"""The requests: the questions with values of their own, drawn from what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from benchmarks.reads.load_generator import Connection, Load
from benchmarks.reads.queries import HOLD, PLACE, QUESTIONS, RELEASE, body

CALLERS = 16
ORDERS = 5_000
"""So many different ones are asked for."""
PLACES = 100
"""Pages begin at so many places, all over the list."""

ANY_ORDERS = "SELECT tracking_id, placed_at FROM orders ORDER BY md5(tracking_id) LIMIT $1"
WAITING_ORDERS = """
SELECT tracking_id FROM orders WHERE status = 'PENDING' ORDER BY md5(tracking_id) LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class Subjects:
    """What is asked about: any orders, moments at which pages begin, and some orders that can be
    held and released."""

    any_orders: Sequence[str]
    moments: Sequence[datetime]
    waiting_orders: Sequence[str]


def questions(url: str, key: str, subjects: Subjects) -> dict[str, Load]:
    """By the question's name; the same in the same order for every server, but for cursors."""
    cursors = _cursors(url, key, subjects.moments)
    variables: dict[str, list[dict[str, str]]] = {
        "order": [{"trackingId": one} for one in subjects.any_orders],
        "page": [{"after": one} for one in cursors],
        "nested": [{"after": one} for one in cursors],
        "viewer": [{}],
    }
    return {
        one.name: Load(key, _shared_out([body(one.query, **of) for of in variables[one.name]]))
        for one in QUESTIONS
    }


def _cursors(url: str, key: str, moments: Sequence[datetime]) -> list[str]:
    with Connection(url, key) as connection:
        found = [connection.data(PLACE, until=one.isoformat()) for one in moments]
    return [one["orders"]["pageInfo"]["endCursor"] for one in found]


def _shared_out(bodies: Sequence[bytes]) -> list[list[bytes]]:
    """Each caller begins somewhere else."""
    return [
        [*bodies[first:], *bodies[:first]]
        for first in (len(bodies) * caller // CALLERS for caller in range(CALLERS))
    ]


def holding(key: str, subjects: Subjects) -> Load:
    """Each caller holds an order of its own and releases it, again and again."""
    bodies = [
        [body(HOLD, trackingId=one), body(RELEASE, trackingId=one)]
        for one in subjects.waiting_orders
    ]
    return Load(key, bodies, demanded=b'"userErrors":[]')


async def find_subjects(url: str) -> Subjects:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(ANY_ORDERS, ORDERS)
        waiting = await connection.fetch(WAITING_ORDERS, CALLERS)
    finally:
        await connection.close()
    if not waiting:
        raise RuntimeError("No order waits: none can be held.")
    return Subjects(
        [row["tracking_id"] for row in rows],
        [row["placed_at"] for row in rows[:PLACES]],
        [row["tracking_id"] for row in waiting],
    )
