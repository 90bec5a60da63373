"""Sources of news: a retraction must not miss the event that it takes back."""

import hashlib
from collections.abc import Mapping

from database.connections import connection, is_postgres

LOCK = """
SELECT CASE WHEN takes_back THEN pg_advisory_xact_lock(source)::text
            ELSE pg_advisory_xact_lock_shared(source)::text END
FROM unnest($1::bigint[], $2::boolean[]) AS one (source, takes_back)
"""


async def lock_sources(takes_back: Mapping[str, bool]) -> None:
    """Until the commit: what takes news of a source back runs alone, all else side by side.

    A retraction and its event may name different shipments, so that no other lock is common to
    them. Locked in one order by all; SQLite has one writer at a time anyway.
    """
    if takes_back and is_postgres():
        keys = sorted((_key(source), alone) for source, alone in takes_back.items())
        await connection().execute_query(LOCK, [list(column) for column in zip(*keys, strict=True)])


def _key(source: str) -> int:
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:8], signed=True)
