"""Sources of news: a retraction must not miss the event that it takes back."""

import hashlib

from models.database import connection, is_postgres


async def lock_source(source: str, *, takes_back: bool) -> None:
    """Until the commit: calls that take news back run alone, all others side by side.

    A retraction and its event may name different shipments, so that no other lock is common to
    them. SQLite has one writer at a time anyway.
    """
    if is_postgres():
        function = "pg_advisory_xact_lock" if takes_back else "pg_advisory_xact_lock_shared"
        digest = hashlib.sha256(source.encode()).digest()
        await connection().execute_query(
            f"SELECT {function}($1)", [int.from_bytes(digest[:8], signed=True)]
        )
