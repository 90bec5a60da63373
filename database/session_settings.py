"""The settings of PostgreSQL's sessions.

The time limits keep a stopped process, a slow statement and a held lock from holding up everybody
else. Where a pooler refuses or drops them, each transaction begins with them (database.connector).
"""

from collections.abc import Mapping

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
