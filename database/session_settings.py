"""The settings of PostgreSQL's sessions, and the check that they are really in force.

The time limits keep a stopped process, a slow statement and a held lock from holding up everybody
else. A pooler between this process and PostgreSQL may refuse them, or drop them without a word.
"""

from collections.abc import Mapping

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import ConfigurationError

APPLICATION_NAME = "whereabouts"
"""The name of our connections, by which PostgreSQL's administrator and we ourselves find them."""
LOCK_TIMEOUT = "200ms"
"""The time that a transaction waits for a lock. Transactions of usual size end sooner; one that
meets a longer lock is given up and waits outside, where it holds nothing itself. A process that is
stopped while it waits takes no lock after this time, either."""
HEAD_LOCK_TIMEOUT = "5s"
"""The time that a transaction waits for the head of the log, which every other one waits for, too.
It is longer than the idle limit, so that a stopped process never makes a waiting one fail."""
IDLE_IN_TRANSACTION_TIMEOUT = "2s"
"""A process that is stopped in the middle of a write delays the others for at most this long."""
STATEMENT_TIMEOUT = "10s"
"""No statement of ours takes as long. One that does is ended, before others pile up behind it."""
TIME_LIMITS: Mapping[str, str] = {
    "lock_timeout": LOCK_TIMEOUT,
    "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT,
    "statement_timeout": STATEMENT_TIMEOUT,
}
"""Written as PostgreSQL shows them."""
SESSION_SETTINGS: Mapping[str, str] = {
    "application_name": APPLICATION_NAME,
    "timezone": "UTC",
    # The estimated cost of a generic plan would start the JIT compiler, which takes longer than
    # any of our statements.
    "jit": "off",
    **TIME_LIMITS,
}
REMEDY = (
    " A pooler such as PgBouncer does this. Connect to PostgreSQL itself; or let the pooler keep a"
    " session for each client (pool_mode = session) and ignore these startup parameters, and set"
    " the limits for the role: "
    + " ".join(f"ALTER ROLE ... SET {name} = '{value}';" for name, value in TIME_LIMITS.items())
)
SHARED_SESSION = (
    asyncpg.exceptions.DuplicatePreparedStatementError,
    asyncpg.exceptions.InvalidSQLStatementNameError,
)
"""Another client of the pooler has used the session in between."""
REFUSED = "unsupported startup parameter"
"""The start of a pooler's answer to a parameter that it does not know."""


async def demand_timeouts(client: BaseDBAsyncClient) -> None:
    """Raises ConfigurationError, whose one line says what to do, unless the limits are in force."""
    shown = ", ".join(f"current_setting('{name}') AS {name}" for name in TIME_LIMITS)
    try:
        [present] = await client.execute_query_dict(f"SELECT {shown}")
    except asyncpg.PostgresError as error:
        if isinstance(error, SHARED_SESSION) or REFUSED in str(error):
            message = str(error).splitlines()[0]
            raise ConfigurationError(f"The database answers: {message}.{REMEDY}") from error
        raise
    if lacking := [
        f"{name} is {present[name]} instead of {value}"
        for name, value in TIME_LIMITS.items()
        if present[name] != value
    ]:
        raise ConfigurationError(
            f"The database does not keep the time limits of this session: {', '.join(lacking)}."
            f"{REMEDY}"
        )
