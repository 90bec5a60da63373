"""Erased events: events without what a carrier may have written about a person.

They keep what the status, the statistics and the recognition of repeats are made of.
"""

from collections.abc import Sequence
from uuid import UUID

from database.columns import to_json
from database.connections import connection, is_postgres
from models.events import TrackingEvent

PERSONAL_PLACE = ("name", "postal_code", "latitude", "longitude")
"""The parts of an event's location that may be the door of a person. City, region and country stay:
everybody who has the tracking id may read them."""

# An event that left for one of the orders stays where it was, with the same words.
_ERASE = """
WITH RECURSIVE news (id) AS (
    SELECT id FROM tracking_event WHERE order_id {among}
    UNION
    SELECT left_behind.id FROM tracking_event AS left_behind
    JOIN news ON left_behind.moved_to_id = news.id
)
UPDATE tracking_event SET description = NULL, signed_by = NULL, location = {location}
WHERE id IN (SELECT id FROM news)
    AND (description IS NOT NULL OR signed_by IS NOT NULL OR location IS NOT NULL)
"""
_NAMES = ", ".join(f"'{name}'" for name in PERSONAL_PLACE)
_PATHS = ", ".join(f"'$.{name}'" for name in PERSONAL_PLACE)
ON_POSTGRES = _ERASE.format(
    among="= ANY($1)", location=f"NULLIF(location - ARRAY[{_NAMES}], '{{}}'::jsonb)"
)
ON_SQLITE = _ERASE.format(
    among="IN (SELECT value FROM json_each(?1))",
    location=f"NULLIF(json_remove(location, {_PATHS}), '{{}}')",
)


async def erase_events(order_ids: Sequence[UUID]) -> None:
    """Erase the events of these orders, and those that are left behind of them in other orders."""
    client = connection()
    if is_postgres(client):
        await client.execute_query(ON_POSTGRES, [list(order_ids)])
    else:
        await client.execute_query(ON_SQLITE, [to_json([str(id_) for id_ in order_ids])])


def erase_event(event: TrackingEvent) -> None:
    """Erase an event before it is stored with an erased order."""
    event.description = event.signed_by = None
    if event.location is not None:
        public = {key: part for key, part in event.location.items() if key not in PERSONAL_PLACE}
        event.location = public or None
