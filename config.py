"""The settings: read once from the environment, checked, frozen, and handed down."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
)

from settings.identity import IdentitySettings, identity_contradictions
from settings.limits import LimitSettings
from settings.monitoring import MonitoringSettings, Switch
from settings.names import PREFIX, find_unknown
from settings.pages import PageSettings
from settings.secret_files import with_secrets
from settings.values import (
    read_families,
    read_file,
    read_host,
    read_proxies,
    read_secret_keys,
    whole_number,
)
from urls import MEMORY, read_broadcast_url, read_database_url, read_origins, read_public_url

PROJECT = Path(__file__).parent
DISTRIBUTION = "whereabouts-orders"
VERSION = version(DISTRIBUTION)
DEFAULT_DATABASE: Any = "sqlite://whereabouts.sqlite3"
READS_AT_ONCE = 3
"""The statements of one client that run at once, if there are enough connections."""
SHARE_OF_READS = 3
"""One client's statements have at most one in so many connections: two clients whose reads are slow
leave connections to all others."""
READS_ON_SQLITE = 1
"""The statements of one client that run, or wait for SQLite's only connection: a statement of each
other client is all that anybody waits for."""
FEWEST_CONNECTIONS = 2
"""The lowest value of `database_connections`."""
HOURS_OF_A_YEAR = 24 * 366


class SettingsError(ValueError):
    """Settings are unknown, wrong, or contradict each other: the message has a line for each."""


DatabaseUrl = Annotated[SecretStr, BeforeValidator(lambda url: read_database_url(url, Path.cwd()))]
BroadcastUrl = Annotated[SecretStr, BeforeValidator(read_broadcast_url)]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_origins)]
Proxies = Annotated[str, BeforeValidator(read_proxies)]
Families = Annotated[tuple[tuple[str, ...], ...], NoDecode, BeforeValidator(read_families)]
PublicUrl = Annotated[str, BeforeValidator(read_public_url)]
SecretKeys = Annotated[SecretStr, BeforeValidator(read_secret_keys)]
DueHours = Annotated[int, whole_number(1, HOURS_OF_A_YEAR)]
OpenConnections = Annotated[int, whole_number(1, 1_000_000)]


class Settings(LimitSettings, MonitoringSettings, IdentitySettings, PageSettings):
    """Everything that can be set from outside."""

    database_url: DatabaseUrl = Field(DEFAULT_DATABASE, validate_default=True)
    """`sqlite://` and a path, or a `postgres://` or `postgresql://` URL. A relative path starts
    at the working directory."""
    broadcast_url: BroadcastUrl = SecretStr(MEMORY)
    """`memory://`, or a `redis://` or `rediss://` URL."""
    host: Annotated[str, BeforeValidator(read_host)] = "127.0.0.1"
    """Address to listen on."""
    port: Annotated[int, whole_number(1, 65535)] = 8000
    """TCP port to listen on."""
    workers: Annotated[int, whole_number(1, 64)] = 1
    """Server processes."""
    database_connections: Annotated[int, whole_number(FEWEST_CONNECTIONS, 100)] = 10
    """Database connections of each process, at most."""
    allowed_origins: Origins = ()
    """Origins of other sites whose browser pages may call the API."""
    trusted_proxies: Proxies = "127.0.0.1"
    """Addresses of the proxies whose `X-Forwarded-For` header names the client."""
    hsts_seconds: Annotated[int, whole_number(0, 100_000_000)] = 0
    """Seconds for which browsers come back by HTTPS only; 0 leaves that to a proxy."""
    keep_alive_seconds: Annotated[int, whole_number(1, 3600)] = 75
    """Seconds for which an idle connection is kept: longer than the 60 of most load balancers,
    which would otherwise meet a server that is just closing it."""
    subscriptions_per_connection: Annotated[int, whole_number(1, 10_000)] = 50
    """Operations that run on one websocket at once, at most."""
    connections_per_address: OpenConnections = 50
    """Websockets and event streams of one client address without a key, per process, at most."""
    connections_per_key: OpenConnections = 1000
    """Websockets and event streams of one key, per process, at most."""
    message_bytes: Annotated[int, whole_number(1024, 16 * 1024 * 1024)] = 65_536
    """Bytes of a message that a websocket sends us, at most."""
    messages_per_second: Annotated[int, whole_number(1, 100_000)] = 10
    """Messages that a websocket may keep sending; ten seconds' worth may come at once."""
    init_seconds: Annotated[int, whole_number(1, 600)] = 10
    """Seconds in which a websocket must send `connection_init`."""
    due_hours_critical: DueHours = 4
    """Hours until a CRITICAL exception is due."""
    due_hours_high: DueHours = 24
    """Hours until a HIGH exception is due."""
    due_hours_medium: DueHours = 72
    """Hours until a MEDIUM exception is due."""
    carrier_families: Families = ()
    """Further carriers that use each other's tracking numbers, each family with its name first."""
    sweep_seconds: Annotated[int, whole_number(1, 3600)] = 60
    """Seconds between two searches for what only the passing of time changes."""
    graphiql: Switch = True
    """Whether browsers get the GraphiQL page."""
    introspection: Switch | None = None
    """Whether clients may read the schema; unset, only where the data is a SQLite file."""
    documents: Annotated[Path | None, BeforeValidator(read_file)] = None
    """The file of trusted documents, as Relay's and Apollo's tools write it."""
    documents_only: Switch = False
    """Whether operations other than the trusted documents are refused."""
    public_url: PublicUrl = ""
    """The address by which others reach the service; where it listens, if it is empty."""
    secret_keys: SecretKeys = SecretStr("")
    """The keys that encrypt stored secrets, the newest first, with commas between."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_others: PydanticBaseSettingsSource,
        **_more: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take nothing but what `from_env` hands on: it may be given another environment."""
        return (init_settings,)

    @property
    def is_embedded(self) -> bool:
        """Whether the data is a SQLite file."""
        return self.database_file is not None

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, or None if the data is in PostgreSQL."""
        scheme, _, rest = self.database_url.get_secret_value().partition("://")
        return Path(rest.partition("?")[0]) if scheme == "sqlite" else None

    @property
    def reads_at_once(self) -> int:
        """How many statements of one client may run: SQLite has one connection for all."""
        if self.is_embedded:
            return READS_ON_SQLITE
        return max(1, min(READS_AT_ONCE, self.database_connections // SHARE_OF_READS))

    @property
    def has_page(self) -> bool:
        """Whether there is a GraphiQL page: it sends documents that are not trusted ones."""
        return self.graphiql and not self.documents_only

    @property
    def has_introspection(self) -> bool:
        """Whether clients may read the schema."""
        return self.is_embedded if self.introspection is None else self.introspection

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings. Raises SettingsError, which says what to do about each wrong one."""
        completed, wrong_files = with_secrets(environ, SECRETS)
        problems = [*find_unknown(completed, VARIABLES), *wrong_files]
        source = EnvSettingsSource(cls)
        source.env_vars = completed
        try:
            settings = cls(**source())
        except ValidationError as error:
            problems += [_problem(details) for details in error.errors(include_url=False)]
        else:
            problems += () if wrong_files else _contradictions(settings)
        if problems:
            raise SettingsError("\n".join(problems))
        return settings


VARIABLES = tuple(PREFIX + name.upper() for name in Settings.model_fields)
SECRETS = {
    PREFIX + name.upper()
    for name, field in Settings.model_fields.items()
    if field.annotation is SecretStr
}


def _problem(error: ErrorDetails) -> str:
    """Name the variable, its value unless that may hold a password, and what to write instead."""
    (name,), text = error["loc"], error["input"]
    # A value with an @ in it is taken for a URL with a password that was put in the wrong place.
    shown = "" if name in SECRETS or "@" in text else f"={text!r}"
    return f"{name}{shown}: {error['ctx']['error']}"


def _contradictions(settings: Settings) -> Iterator[str]:
    """Yield a message for each value that is right by itself but not beside the others."""
    if settings.documents_only and settings.documents is None:
        yield (
            "WHEREABOUTS_DOCUMENTS_ONLY='on': set WHEREABOUTS_DOCUMENTS to the file of the "
            "documents that clients may ask for"
        )
    yield from identity_contradictions(settings)
    yield from _due_contradictions(settings)
    if settings.workers == 1:
        return
    several = f"WHEREABOUTS_WORKERS={str(settings.workers)!r}"
    if settings.is_embedded:
        yield (
            f"{several}: a SQLite file serves only one process; set it to 1, or "
            "WHEREABOUTS_DATABASE_URL to postgres://USER:PASSWORD@HOST:PORT/DATABASE"
        )
    if settings.broadcast_url.get_secret_value() == MEMORY:
        yield (
            f"{several}: processes do not hear each other through {MEMORY}; set it to 1, or "
            "WHEREABOUTS_BROADCAST_URL to redis://:PASSWORD@HOST:PORT"
        )


def _due_contradictions(settings: Settings) -> Iterator[str]:
    """Yield a message for each severity that would be due later than a milder one."""
    hours = [
        ("CRITICAL", settings.due_hours_critical),
        ("HIGH", settings.due_hours_high),
        ("MEDIUM", settings.due_hours_medium),
    ]
    for (severity, longer), (milder, shorter) in pairwise(hours):
        if longer > shorter:
            yield (
                f"WHEREABOUTS_DUE_HOURS_{severity}='{longer}': it is more than "
                f"WHEREABOUTS_DUE_HOURS_{milder}='{shorter}', though {milder} is less severe; "
                "lower the one or raise the other"
            )
