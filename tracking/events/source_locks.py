"""Source locks: a retraction must not miss an event that is recorded at the same time."""

import hashlib
from collections.abc import Mapping

from database.connections import connection, is_postgres
from database.locks import AdvisoryLock
from unit_of_work.unit_of_work import UnitOfWork

LOCK = """
SELECT CASE WHEN is_exclusive THEN pg_advisory_xact_lock(source)::text
            ELSE pg_advisory_xact_lock_shared(source)::text END
FROM unnest($1::bigint[], $2::boolean[]) AS source_lock (source, is_exclusive)
"""


async def lock_sources(uow: UnitOfWork, is_exclusive: Mapping[str, bool]) -> None:
    """Lock the sources until the commit: exclusively for retractions, shared for other events.

    A retraction and its event may name different shipments, so that they have no other lock in
    common. All writers lock in the same order. SQLite has only one writer anyway. Raises LockedOut.
    """
    if is_exclusive and is_postgres():
        locks = sorted(
            AdvisoryLock(_key(source), exclusive) for source, exclusive in is_exclusive.items()
        )
        values = [list(column) for column in zip(*locks, strict=True)]
        with uow.locking(locks):
            await connection().execute_query(LOCK, values)


def _key(source: str) -> int:
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:8], signed=True)
