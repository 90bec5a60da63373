"""Opens connections to PostgreSQL: host by host, and through a pooler if there is one."""

import asyncio
import os
import socket
from collections.abc import Mapping
from functools import partial
from urllib.parse import quote, urlencode

import asyncpg
from tortoise.exceptions import ConfigurationError

from database.pooled_connection import PooledConnection, set_locally
from database.postgres_address import WRITABLE, Host, PostgresAddress
from database.session_settings import TIME_LIMITS
from database.statement_cache import FrugalConnection
from database.statement_observers import is_observed, observe_statement
from database.system_trust import system_tls

CONNECT_TIMEOUT = 5.0
"""Seconds for each host. A running database takes milliseconds; the driver would wait for a minute
in all, in which it would not come to the host behind one that is silent."""
LINK_TIMEOUT = 5
"""Seconds of silence of the other machine after which the connection counts as broken. The system's
own limit is a quarter of an hour, in which nobody would connect again."""
STATEMENT_CACHE_SIZE = 200
"""Prepared statements of each connection: those of a shop's screens, and those of commands."""
LARGEST_CACHED_STATEMENT = 64 * 1024
"""Bytes. A large screen's statement has twenty thousand; with the driver's own limit it would be
prepared for each request."""
LINK_OPTIONS = {
    "TCP_KEEPIDLE": LINK_TIMEOUT,
    "TCP_KEEPINTVL": 1,
    "TCP_USER_TIMEOUT": LINK_TIMEOUT * 1000,
}
"""The socket options by name, because not every system has all of them."""
NEXT_HOST = (
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.exceptions.TargetServerAttributeNotMatched,
)
"""Why the next host is tried: this one is away, or is not of the kind that is looked for."""
PRIMARY = "primary"
"""The kind of host that a connection which only reads looks for, instead of one that takes writes:
by its own settings it would find none of those."""
SHARED_SESSION = (
    asyncpg.exceptions.DuplicatePreparedStatementError,
    asyncpg.exceptions.InvalidSQLStatementNameError,
)
"""Another client of a pooler has used the session in between."""
REFUSED = "unsupported startup parameter"
"""The start of a pooler's answer to a parameter that it does not know."""
STATEMENT_POOLING = "statement pooling mode"
"""Part of a pooler's answer to a transaction if it takes none."""

NO_TRANSACTIONS = (
    "The pooler takes no transactions (pool_mode = statement): set its pool_mode to transaction, or"
    " to session"
)
SESSION_SECONDS = 1.0
"""The time that a pooler has to give a new connection a session. It greets a client at once, and
lets it wait while all sessions are taken."""
NO_SESSION = (
    f"the pooler has given no session for {SESSION_SECONDS:.0f} s: set its pool_mode to"
    " transaction, or raise its pool size"
)


class Connector:
    """Opens connections whose settings are in force, in the session or in each transaction.

    `has_pooler` says whether a pooler was met: PostgreSQL then runs a statement in another process
    than the one that the connection was told, refuses to start with the settings, or lacks them.
    """

    def __init__(
        self, address: PostgresAddress, settings: Mapping[str, str], answer_seconds: float | None
    ) -> None:
        self._address, self._settings = address, settings
        self._answer_seconds = answer_seconds
        self._tls = system_tls(address.driver)
        self._first = 0
        self.has_pooler = address.has_pooler

    async def __call__(self) -> asyncpg.Connection:
        """Open a connection. Raises what the driver raises for the last host, and
        ConfigurationError if the pooler takes no transactions."""
        if not self.has_pooler:
            connection = await self._connect_directly()
            if connection is not None:
                return connection
            self.has_pooler = True
        # Every pooler knows the name, and tells it to PostgreSQL.
        name = {"application_name": self._settings["application_name"]}
        connection = await self._open(PooledConnection, name, statement_cache_size=0)
        connection.local_settings = set_locally(
            {key: value for key, value in self._settings.items() if key not in name}
        )
        await _demand_session(connection)
        return connection

    def begin_at_first_host(self) -> None:
        """Try the hosts in the order of the address again."""
        self._first = 0

    async def _connect_directly(self) -> asyncpg.Connection | None:
        """Open a connection with a session of its own, or return None if there is a pooler."""
        open_session = partial(
            self._open,
            FrugalConnection,
            self._settings,
            statement_cache_size=STATEMENT_CACHE_SIZE,
            max_cacheable_statement_size=LARGEST_CACHED_STATEMENT,
        )
        try:
            connection = await open_session()
        except SHARED_SESSION:
            return None
        except asyncpg.PostgresError as error:
            if REFUSED in str(error):
                return None
            raise
        is_own = False
        try:
            is_own = await _has_own_session(connection, self._settings)
        finally:
            if not is_own:
                connection.terminate()
        return connection if is_own else None

    async def _open(
        self, kind: type[asyncpg.Connection], settings: Mapping[str, str], **cache: int
    ) -> asyncpg.Connection:
        """Connect to the first host that is there and of the right kind."""
        hosts = self._address.hosts
        failure: BaseException | None = None
        for step in range(len(hosts)):
            number = (self._first + step) % len(hosts)
            try:
                connection = await self._open_host(hosts[number], kind, settings, cache)
            except NEXT_HOST as error:
                failure = error
                continue
            self._first = number
            notice_broken_link(connection)
            if is_observed():
                connection.add_query_logger(_observe)
            return connection
        assert failure is not None, "an address has a host"
        raise failure

    async def _open_host(
        self,
        host: Host,
        kind: type[asyncpg.Connection],
        settings: Mapping[str, str],
        cache: Mapping[str, int],
    ) -> asyncpg.Connection:
        return await asyncpg.connect(
            "postgres:///?" + urlencode(self._driver_parameters(), quote_via=quote),
            host=host[0],
            port=host[1],
            user=self._address.user,
            password=self._address.password,
            database=self._address.database,
            ssl=self._tls,
            timeout=self._address.connect_seconds or CONNECT_TIMEOUT,
            command_timeout=self._answer_seconds,
            server_settings=dict(settings),
            connection_class=kind,
            **cache,
        )

    def _driver_parameters(self) -> dict[str, str]:
        parameters = dict(self._address.driver)
        if self._tls is not None:
            del parameters["sslrootcert"], parameters["sslmode"]
        wanted = parameters.get("target_session_attrs") or os.environ.get("PGTARGETSESSIONATTRS")
        if wanted == WRITABLE and "default_transaction_read_only" in self._settings:
            parameters["target_session_attrs"] = PRIMARY
        return parameters


def _observe(logged: asyncpg.connection.LoggedQuery) -> None:
    observe_statement(logged.query, logged.elapsed)


async def _has_own_session(connection: asyncpg.Connection, settings: Mapping[str, str]) -> bool:
    """Return whether the session is the connection's own, and has its time limits."""
    limits = [name for name in TIME_LIMITS if name in settings]
    shown = "".join(f", current_setting('{name}')" for name in limits)
    try:
        # A pooler that has no session left would answer after minutes.
        async with asyncio.timeout(CONNECT_TIMEOUT), connection.transaction():
            process, *values = await connection.fetchrow(
                # The number makes the text a new one, which is not kept under a name.
                f"SELECT pg_backend_pid() = {connection.get_server_pid()}{shown}"
            )
    except asyncpg.PostgresError as error:
        if STATEMENT_POOLING in str(error):
            raise ConfigurationError(NO_TRANSACTIONS) from error
        raise
    return bool(process) and values == [settings[name] for name in limits]


async def _demand_session(connection: asyncpg.Connection) -> None:
    """Raises TooManyConnectionsError, as the server itself does, if the pooler has no session left,
    and ConfigurationError if it takes no transactions."""
    try:
        async with asyncio.timeout(SESSION_SECONDS):
            await connection.execute("SELECT 1")
    except BaseException as error:
        connection.terminate()
        if isinstance(error, TimeoutError):
            raise asyncpg.TooManyConnectionsError(NO_SESSION) from error
        if STATEMENT_POOLING in str(error):
            raise ConfigurationError(NO_TRANSACTIONS) from error
        raise


def notice_broken_link(connection: asyncpg.Connection) -> None:
    """Let the system notice when the other machine is gone."""
    link = connection._transport.get_extra_info("socket")
    if link.family in (socket.AF_INET, socket.AF_INET6):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in LINK_OPTIONS.items():
            if hasattr(socket, name):
                link.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
