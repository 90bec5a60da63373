"""The connections that the database server lets in, which all its clients share."""

from typing import NamedTuple

from database.connections import connection, is_postgres
from database.postgres import PostgresClient

LIMITS = """
SELECT current_setting('max_connections')::int AS every, rolsuper,
       current_setting('superuser_reserved_connections')::int
       + coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved,
       rolconnlimit AS of_role, datconnlimit AS of_database
FROM pg_roles, pg_database WHERE rolname = session_user AND datname = current_database()
"""


class ConnectionLimit(NamedTuple):
    """How many connections are let in, and by which setting of the server."""

    connections: int
    name: str


def has_pooler() -> bool:
    """Return whether the connections that are open lead through a pooler."""
    client = connection()
    return isinstance(client, PostgresClient) and client.has_pooler


async def connection_limit() -> ConnectionLimit | None:
    """Return the lowest limit of our connections; None on SQLite, and through a pooler, which has
    limits of its own."""
    if not is_postgres() or has_pooler():
        return None
    [row] = await connection().execute_query_dict(LIMITS)
    every = ConnectionLimit(
        row["every"] - (0 if row["rolsuper"] else row["reserved"]), "max_connections"
    )
    others = [
        ConnectionLimit(row["of_role"], "the connection limit of the role"),
        ConnectionLimit(row["of_database"], "the connection limit of the database"),
    ]
    # A superuser is under none of them, and less than 0 means that there is none.
    bounded = [] if row["rolsuper"] else [limit for limit in others if limit.connections >= 0]
    return min([every, *bounded], key=lambda limit: limit.connections)
