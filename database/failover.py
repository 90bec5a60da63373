"""Failover: the database may become a standby, or stop to take writes, while we are connected."""

from tortoise.connection import get_connections

from database.connections import connection, is_postgres
from database.postgres import PostgresClient


async def renew_connections() -> None:
    """Let every connection be opened anew before its next use. An open one stays with its host,
    which may have become a standby that takes no writes and is behind."""
    for client in get_connections().all():
        if isinstance(client, PostgresClient):
            await client.expire()


async def takes_writes() -> bool:
    """Return whether the database takes writes; a standby does not, for example.

    If not, the next statement runs on a new connection.
    """
    if not is_postgres():
        return True
    [row] = await connection().execute_query_dict("SHOW transaction_read_only")
    if row["transaction_read_only"] == "off":
        return True
    await renew_connections()
    return False
