"""The connections that the processes of a server may open, beside those that the database has."""

from config import FEWEST_CONNECTIONS, Settings
from database.connections import READER_POOLS
from database.server_limits import ConnectionLimit, connection_limit, has_pooler

SETTING = "WHEREABOUTS_DATABASE_CONNECTIONS"


class TooFewConnections(Exception):
    """The database lets in fewer connections than one process opens; the message says what to
    do."""


async def connection_warnings(settings: Settings) -> list[str]:
    """Return a line for each thing about the connections that may become a trouble.

    Raises TooFewConnections.
    """
    of_process = settings.database_connections + sum(READER_POOLS.values())
    every = settings.workers * of_process
    if has_pooler():
        return [
            "The database is behind a pooler: each statement runs in a transaction that begins with"
            " its time limits, and has no name. With pool_mode = transaction that is all; with"
            f" pool_mode = session the pooler's pool needs {every} connections for this server"
        ]
    limit = await connection_limit()
    if limit is None or every <= limit.connections:
        return []
    if of_process > limit.connections:
        raise TooFewConnections(_refusal(settings, limit, of_process))
    return [
        f"{settings.workers} processes may open {every} database connections,"
        f" {_parts(settings)} each, but {limit.name} lets in {limit.connections}: lower"
        f" WHEREABOUTS_WORKERS or {SETTING}, or raise that limit"
    ]


def _refusal(settings: Settings, limit: ConnectionLimit, of_process: int) -> str:
    left = limit.connections - sum(READER_POOLS.values())
    lower = f"set {SETTING} to {left} or less, or " if left >= FEWEST_CONNECTIONS else ""
    return (
        f"One process may open {of_process} database connections, {_parts(settings)}, but"
        f" {limit.name} lets in {limit.connections}: {lower}raise that limit."
    )


def _parts(settings: Settings) -> str:
    readers = sum(READER_POOLS.values())
    return f"{settings.database_connections} by {SETTING} and {readers} that only read"
