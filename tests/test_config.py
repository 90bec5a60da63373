"""Settings are read from environment variables, and wrong values are refused with advice."""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from config import VARIABLES, Settings, SettingsError

PROJECT = Path(__file__).parent.parent
POSTGRES = "postgres://app:password@db.example:5432/whereabouts"
REDIS = "redis://:password@cache.example:6379/0"
SECRET_KEY = f"{'A' * 43}="
WHOLE_NUMBERS = {
    "WHEREABOUTS_PORT": (1, 65535),
    "WHEREABOUTS_WORKERS": (1, 64),
    "WHEREABOUTS_DATABASE_CONNECTIONS": (2, 100),
    "WHEREABOUTS_SUBSCRIPTIONS_PER_CONNECTION": (1, 10_000),
    "WHEREABOUTS_CONNECTIONS_PER_ADDRESS": (1, 1_000_000),
    "WHEREABOUTS_CONNECTIONS_PER_KEY": (1, 1_000_000),
    "WHEREABOUTS_MESSAGE_BYTES": (1024, 16_777_216),
    "WHEREABOUTS_MESSAGES_PER_SECOND": (1, 100_000),
    "WHEREABOUTS_INIT_SECONDS": (1, 600),
    "WHEREABOUTS_KEEP_ALIVE_SECONDS": (1, 3600),
    "WHEREABOUTS_HSTS_SECONDS": (0, 100_000_000),
    "WHEREABOUTS_REQUESTS_PER_MINUTE_PER_ADDRESS": (0, 100_000_000),
    "WHEREABOUTS_REQUESTS_PER_MINUTE_PER_KEY": (0, 100_000_000),
    "WHEREABOUTS_LOOKUPS_PER_MINUTE": (0, 100_000_000),
    "WHEREABOUTS_LOOKUPS_PER_DAY": (0, 100_000_000),
    "WHEREABOUTS_COST_PER_MINUTE_PER_ADDRESS": (0, 100_000_000),
    "WHEREABOUTS_COST_PER_MINUTE_PER_KEY": (0, 100_000_000),
    "WHEREABOUTS_DUE_HOURS_CRITICAL": (1, 8784),
    "WHEREABOUTS_DUE_HOURS_HIGH": (1, 8784),
    "WHEREABOUTS_DUE_HOURS_MEDIUM": (1, 8784),
    "WHEREABOUTS_SWEEP_SECONDS": (1, 3600),
}
DATABASE_ADVICE = "use sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE"
BROADCAST_ADVICE = "use memory:// or redis://:PASSWORD@HOST:PORT (rediss:// for TLS)"
REDIS_NUMBER = "the number of its database cannot be read; write it as in redis://HOST/0"
REDIS_KNOWN = (
    "is not known; it may have ssl_ca_certs, ssl_certfile, ssl_keyfile, ssl_cert_reqs,"
    " ssl_check_hostname"
)
UNREADABLE = "its host or port cannot be read; percent-encode / ? # @ [ ] in a password"
MISSING = re.compile(r"WHEREABOUTS_(JWT|OIDC)_[A-Z_]+ is missing: ")
ADVICE = {
    "HOST": "use a host name or an address; the port has a variable of its own",
    "PORT": "use a whole number from 1 to 65535",
    "ALLOWED_ORIGINS": "use https://HOST or https://HOST:PORT, lower case, commas between",
    "EMBED_ORIGINS": "use https://HOST or https://HOST:PORT, lower case, commas between",
    "BRAND": "use the path of a file",
    "TRUSTED_PROXIES": "use addresses or networks such as 10.0.0.0/8, or *",
    "CARRIER_FAMILIES": (
        "use FAMILY:CARRIER,CARRIER;FAMILY:CARRIER with the codes of carriers, such as"
        " acme:acme_air,acme_road"
    ),
    "LOG_LEVEL": "use critical, error, warning, info or debug",
    "LOG_FORMAT": "use text or json",
    "METRICS_PORT": "use a whole number from 1 to 65535",
    "METRICS_HOST": "use a host name or an address; the port has a variable of its own",
    "TRACING_URL": "use https://HOST, with a port or a path if there is one",
    "GRAPHIQL": "use on or off",
    "ACCESS_LOG": "use on or off",
    "INTROSPECTION": "use on or off",
    "DOCUMENTS": "use the path of a file",
    "DOCUMENTS_ONLY": "use on or off",
    "PUBLIC_URL": "use https://HOST, with a port or a path if there is one",
}
REFUSED = {
    "HOST": ["", "127.0.0.1:8000", "http://localhost", "a b", "a\n"],
    "PORT": ["", " 80", "+80", "8_0", "8e1", "80.0", "٨٠", "²", "9" * 5000],
    "ALLOWED_ORIGINS": [
        "*",
        "null",
        "shop.example",
        "ftp://shop.example",
        "https://*.example",
        "https://shop.example/",
        "https://Shop.example",
        "https://shop.example,",
        "https://shop.example;script-src",
        "https://shop.example 'self'",
    ],
    "EMBED_ORIGINS": ["*", "https://shop.example/", "https://shop.example;script-src", "'self'"],
    "BRAND": ["a\nb", "a\0"],
    "TRUSTED_PROXIES": [
        "localhost",
        "10.0.0.1/8",
        "10.0.0.0/8,",
        "10.0.0.1:80",
        "*,10.0.0.0/8",
        "[::1]",
    ],
    "CARRIER_FAMILIES": ["acme", "acme:", ":a", "a:b,", "a:b:c", "a,b:c", "a:b!", "a:" + 41 * "b"],
    "LOG_LEVEL": ["", "loud"],
    "LOG_FORMAT": ["", "JSON", "xml"],
    "METRICS_PORT": ["0", "65536", "a"],
    "METRICS_HOST": ["", "127.0.0.1:9100"],
    "TRACING_URL": ["collector.example:4318", "http://collector.example?a=b"],
    "GRAPHIQL": ["", "true", "1", "onn"],
    "ACCESS_LOG": ["yes"],
    "INTROSPECTION": ["", "false", "0"],
    "DOCUMENTS": ["a\nb", "a\0"],
    "DOCUMENTS_ONLY": ["", "yes"],
    "PUBLIC_URL": [
        "orders.example",
        "ftp://orders.example",
        "https://",
        "https://a?b",
        "https://a#b",
    ],
}


WITHOUT_IDENTITIES: dict[str, Any] = dict(
    jwt_jwks=None,
    jwt_issuer="",
    jwt_audience="",
    jwt_scopes_claim="scope",
    jwt_name_claim="sub",
    jwt_carriers_claim="",
    oidc_issuer="",
    oidc_client_id="",
    oidc_client_secret="",
    oidc_scope="openid email",
    oidc_scopes_claim="scopes",
    oidc_name_claim="email",
    oidc_carriers_claim="",
    actor_keys=(),
)
"""The settings of identity providers where there are none."""


def read(**environ: str) -> Settings:
    return Settings.from_env({f"WHEREABOUTS_{name}": text for name, text in environ.items()})


def plain(settings: Settings) -> dict[str, Any]:
    """All values by name, the secret ones as text."""
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in settings
    }


def refusal(**environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(**environ)
    return str(caught.value)


def test_an_empty_environment_gives_the_embedded_service():
    assert plain(Settings.from_env({})) == dict(
        database_url=f"sqlite://{Path.cwd()}/whereabouts.sqlite3",
        broadcast_url="memory://",
        host="127.0.0.1",
        port=8000,
        workers=1,
        database_connections=10,
        allowed_origins=(),
        trusted_proxies="127.0.0.1",
        subscriptions_per_connection=50,
        connections_per_address=50,
        connections_per_key=1000,
        message_bytes=65536,
        messages_per_second=10,
        init_seconds=10,
        requests_per_minute_per_address=600,
        requests_per_minute_per_key=600,
        lookups_per_minute=60,
        lookups_per_day=600,
        cost_per_minute_per_address=10_000,
        cost_per_minute_per_key=200_000,
        hsts_seconds=0,
        keep_alive_seconds=75,
        log_level="info",
        log_format="text",
        access_log=True,
        metrics_port=None,
        metrics_host="127.0.0.1",
        tracing_url="",
        due_hours_critical=4,
        due_hours_high=24,
        due_hours_medium=72,
        carrier_families=(),
        sweep_seconds=60,
        graphiql=True,
        introspection=None,
        documents=None,
        documents_only=False,
        brand=None,
        embed_origins=(),
        public_url="",
        secret_keys="",
        **WITHOUT_IDENTITIES,
    )


def test_every_setting_can_be_set():
    settings = read(
        DATABASE_URL=POSTGRES,
        BROADCAST_URL=REDIS,
        HOST="::",
        PORT="9000",
        WORKERS="4",
        DATABASE_CONNECTIONS="20",
        ALLOWED_ORIGINS="https://shop.example, http://localhost:3000",
        TRUSTED_PROXIES="10.0.0.0/8, ::1",
        SUBSCRIPTIONS_PER_CONNECTION="5",
        CONNECTIONS_PER_ADDRESS="6",
        CONNECTIONS_PER_KEY="7",
        MESSAGE_BYTES="2048",
        MESSAGES_PER_SECOND="8",
        INIT_SECONDS="9",
        REQUESTS_PER_MINUTE_PER_ADDRESS="20",
        REQUESTS_PER_MINUTE_PER_KEY="21",
        LOOKUPS_PER_MINUTE="22",
        LOOKUPS_PER_DAY="23",
        COST_PER_MINUTE_PER_ADDRESS="24",
        COST_PER_MINUTE_PER_KEY="25",
        HSTS_SECONDS="11",
        KEEP_ALIVE_SECONDS="10",
        LOG_LEVEL="WARNING",
        LOG_FORMAT="json",
        ACCESS_LOG="off",
        METRICS_PORT="9100",
        METRICS_HOST="::1",
        TRACING_URL="http://collector.example:4318/",
        DUE_HOURS_CRITICAL="1",
        DUE_HOURS_HIGH="2",
        DUE_HOURS_MEDIUM="3",
        CARRIER_FAMILIES="acme:acme_air, Acme-Road;dhl:dhl_same_day",
        SWEEP_SECONDS="5",
        GRAPHIQL="off",
        INTROSPECTION="off",
        DOCUMENTS="/srv/documents.json",
        DOCUMENTS_ONLY="on",
        BRAND="/srv/brand.toml",
        EMBED_ORIGINS="https://shop.example, https://other.example:8443",
        PUBLIC_URL="https://orders.example/api/",
        SECRET_KEYS=f"{SECRET_KEY}, {SECRET_KEY}",
    )

    assert plain(settings) == dict(
        database_url=POSTGRES,
        broadcast_url=REDIS,
        host="::",
        port=9000,
        workers=4,
        database_connections=20,
        allowed_origins=("https://shop.example", "http://localhost:3000"),
        trusted_proxies="10.0.0.0/8, ::1",
        subscriptions_per_connection=5,
        connections_per_address=6,
        connections_per_key=7,
        message_bytes=2048,
        messages_per_second=8,
        init_seconds=9,
        requests_per_minute_per_address=20,
        requests_per_minute_per_key=21,
        lookups_per_minute=22,
        lookups_per_day=23,
        cost_per_minute_per_address=24,
        cost_per_minute_per_key=25,
        hsts_seconds=11,
        keep_alive_seconds=10,
        log_level="warning",
        log_format="json",
        access_log=False,
        metrics_port=9100,
        metrics_host="::1",
        tracing_url="http://collector.example:4318",
        due_hours_critical=1,
        due_hours_high=2,
        due_hours_medium=3,
        carrier_families=(("acme", "acme_air", "acme_road"), ("dhl", "dhl_same_day")),
        sweep_seconds=5,
        graphiql=False,
        introspection=False,
        documents=Path("/srv/documents.json"),
        documents_only=True,
        brand=Path("/srv/brand.toml"),
        embed_origins=("https://shop.example", "https://other.example:8443"),
        public_url="https://orders.example/api",
        secret_keys=f"{SECRET_KEY}, {SECRET_KEY}",
        **WITHOUT_IDENTITIES,
    )


@pytest.mark.parametrize("text", ["SECRET", f"{'SECRET' * 7}=", f"{'A' * 43}=,SECRET", ","])
def test_a_secret_key_that_is_none_is_refused_and_not_shown(text: str):
    assert refusal(SECRET_KEYS=text) == (
        "WHEREABOUTS_SECRET_KEYS: use what `whereabouts secret-key` prints, several with commas"
        " between"
    )


def test_a_carrier_in_two_families_is_refused():
    refused = "WHEREABOUTS_CARRIER_FAMILIES='acme:air;other:Acme-Air,road;c:acmeair': "

    assert refusal(CARRIER_FAMILIES="acme:air;other:Acme-Air,road;c:acmeair") == (
        f"{refused}acmeair stands in the families other and c; use one"
    )
    assert read(CARRIER_FAMILIES=" ; acme:air; acme:road,air;").carrier_families == (
        ("acme", "air"),
        ("acme", "road", "air"),
    )


def test_introspection_is_on_by_default_where_the_data_is_a_sqlite_file():
    assert read().has_introspection
    assert not read(DATABASE_URL=POSTGRES).has_introspection
    assert read(DATABASE_URL=POSTGRES, INTROSPECTION="on").has_introspection
    assert not read(INTROSPECTION="off").has_introspection


def test_every_setting_has_a_variable():
    names = [f"WHEREABOUTS_{name.upper()}" for name in plain(read())]

    assert list(VARIABLES) == names


def test_every_setting_is_described():
    assert [name for name, one in Settings.model_fields.items() if not one.description] == []


def test_settings_are_frozen():
    with pytest.raises(ValidationError):
        read().port = 1  # type: ignore[misc]


def test_other_variables_are_let_be():
    assert Settings.from_env({"PATH": "/bin", "PORT": "x", "whereabouts_port": "x"}) == read()


def test_only_the_environment_that_is_given_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WHEREABOUTS_PORT", "9000")
    monkeypatch.setenv("WHEREABOUTS_PROT", "9000")

    assert read().port == 8000


def test_an_absolute_sqlite_path_is_kept_with_its_options():
    url = "sqlite:///var/lib/whereabouts/orders.sqlite3?journal_mode=DELETE"

    assert plain(read(DATABASE_URL=url))["database_url"] == url


def test_a_relative_sqlite_path_starts_at_the_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)

    settings = read(DATABASE_URL="sqlite://data/orders.sqlite3")

    assert settings.database_url.get_secret_value() == f"sqlite://{tmp_path}/data/orders.sqlite3"
    assert read().database_url.get_secret_value() == f"sqlite://{tmp_path}/whereabouts.sqlite3"


@pytest.mark.parametrize("text", ["", "*", "127.0.0.1,::1", "10.0.0.0/8, fd00::/8"])
def test_proxies_are_none_all_or_those_that_are_listed(text: str):
    assert read(TRUSTED_PROXIES=text).trusted_proxies == text


def test_only_a_sqlite_file_is_embedded():
    assert read().is_embedded
    assert not read(DATABASE_URL=POSTGRES).is_embedded


@pytest.mark.parametrize(
    "url",
    ["postgresql://db.example/whereabouts", "postgres:///whereabouts?host=/run/postgresql"],
)
def test_a_postgresql_address_is_kept_as_it_is(url: str):
    assert plain(read(DATABASE_URL=url))["database_url"] == url


def test_redis_may_go_with_sqlite():
    url = "rediss://cache.example"

    assert plain(read(BROADCAST_URL=url))["broadcast_url"] == url


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in REFUSED.items() for text in texts]
)
def test_a_wrong_value_is_refused_with_its_name_and_what_to_use(name: str, text: str):
    assert refusal(**{name: text}) == f"WHEREABOUTS_{name}={text!r}: {ADVICE[name]}"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("DATABASE_URL", "", f"its scheme is not known; {DATABASE_ADVICE}"),
        ("DATABASE_URL", "whereabouts.sqlite3", f"its scheme is not known; {DATABASE_ADVICE}"),
        ("DATABASE_URL", "mysql://db.example/a", f"its scheme is not known; {DATABASE_ADVICE}"),
        ("DATABASE_URL", "postgres://db.example", f"it names no database; {DATABASE_ADVICE}"),
        (
            "DATABASE_URL",
            "postgres://a:b@db.example:5432/",
            f"it names no database; {DATABASE_ADVICE}",
        ),
        ("DATABASE_URL", "postgres://a:b/c@db.example/shop", UNREADABLE),
        ("BROADCAST_URL", "", f"its scheme is not known; {BROADCAST_ADVICE}"),
        ("BROADCAST_URL", "memory", f"its scheme is not known; {BROADCAST_ADVICE}"),
        ("BROADCAST_URL", "memory://x", f"its scheme is not known; {BROADCAST_ADVICE}"),
        ("BROADCAST_URL", "kafka://broker.example", f"its scheme is not known; {BROADCAST_ADVICE}"),
        ("BROADCAST_URL", "redis://", f"it names no host; {BROADCAST_ADVICE}"),
        ("BROADCAST_URL", "redis://:1/b@c.example:0", f"it names no host; {BROADCAST_ADVICE}"),
        ("BROADCAST_URL", "redis://cache.example:0", UNREADABLE),
        ("BROADCAST_URL", "redis://a/x", REDIS_NUMBER),
        ("BROADCAST_URL", "redis://a/0/1", REDIS_NUMBER),
        ("BROADCAST_URL", "rediss://a?nonsense=1", f"its parameter nonsense {REDIS_KNOWN}"),
        ("BROADCAST_URL", "redis://a?a%20b", f"its parameter {REDIS_KNOWN}"),
        (
            "BROADCAST_URL",
            "redis://a?ssl_ca_certs=/etc/passwd",
            "its parameter ssl_ca_certs is one of TLS; write rediss:// instead of redis://",
        ),
        (
            "BROADCAST_URL",
            "rediss://a?ssl_ca_certs=/nonexistent",
            "its parameter ssl_ca_certs names a file that cannot be read",
        ),
        (
            "BROADCAST_URL",
            "rediss://a?ssl_cert_reqs=no",
            "its parameter ssl_cert_reqs is refused: write required or none",
        ),
    ],
)
def test_a_wrong_url_is_refused_with_what_is_wrong_and_is_not_shown(
    name: str, text: str, message: str
):
    assert refusal(**{name: text}) == f"WHEREABOUTS_{name}: {message}"


@pytest.mark.parametrize("text", ["sqlite://", "sqlite://:memory:", "sqlite://data/"])
def test_a_sqlite_database_without_a_file_is_refused(text: str):
    assert refusal(DATABASE_URL=text) == (
        "WHEREABOUTS_DATABASE_URL: it names no file; use a path, such as "
        "sqlite://whereabouts.sqlite3"
    )


def test_a_sqlite_path_that_a_url_would_cut_off_is_refused():
    assert refusal(DATABASE_URL="sqlite:///data/orders#1.sqlite3") == (
        "WHEREABOUTS_DATABASE_URL: a path with # or ? in it cannot be written as a URL; "
        "use another path"
    )


@pytest.mark.parametrize(
    "text",
    [
        "redis://:top/secret@cache.example",
        "redis://:top#secret@cache.example",
        "redis://:[secret@cache.example",
        "redis://:secret",
        "redis://cache.example:secret",
        "redis://cache.example:0?password=secret",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_without_its_password(text: str):
    assert refusal(BROADCAST_URL=text) == f"WHEREABOUTS_BROADCAST_URL: {UNREADABLE}"


def test_an_origin_with_a_password_is_refused_without_it():
    message = refusal(ALLOWED_ORIGINS="https://first.example,https://app:secret@shop.example")

    assert message == f"WHEREABOUTS_ALLOWED_ORIGINS: {ADVICE['ALLOWED_ORIGINS']}"


@pytest.mark.parametrize(("name", "limits"), WHOLE_NUMBERS.items())
def test_a_number_is_taken_up_to_its_limits_and_refused_beyond(name: str, limits: tuple[int, int]):
    low, high = limits
    together = {"WHEREABOUTS_DATABASE_URL": POSTGRES, "WHEREABOUTS_BROADCAST_URL": REDIS}
    field = name.removeprefix("WHEREABOUTS_").lower()

    # The hours of one severity bound those of another.
    alike = [other for other in WHOLE_NUMBERS if "DUE_HOURS" in other and "DUE_HOURS" in name]
    for limit in limits:
        given = dict.fromkeys([*alike, name], str(limit))
        assert getattr(Settings.from_env({**together, **given}), field) == limit
    for text in (str(low - 1), str(high + 1)):
        with pytest.raises(SettingsError) as caught:
            Settings.from_env({**together, name: text})
        assert str(caught.value) == f"{name}={text!r}: use a whole number from {low} to {high}"


def test_several_workers_cannot_share_a_sqlite_file():
    assert refusal(WORKERS="2", BROADCAST_URL=REDIS) == (
        "WHEREABOUTS_WORKERS='2': a SQLite file serves only one process; set it to 1, or "
        "WHEREABOUTS_DATABASE_URL to postgres://USER:PASSWORD@HOST:PORT/DATABASE"
    )


def test_several_workers_do_not_hear_each_other_in_memory():
    assert refusal(WORKERS="2", DATABASE_URL=POSTGRES) == (
        "WHEREABOUTS_WORKERS='2': processes do not hear each other through memory://; set it to 1, "
        "or WHEREABOUTS_BROADCAST_URL to redis://:PASSWORD@HOST:PORT"
    )


def test_a_setting_with_two_contradictions_is_reported_twice():
    assert refusal(WORKERS="2", DOCUMENTS_ONLY="on").splitlines() == [
        "WHEREABOUTS_DOCUMENTS_ONLY='on': set WHEREABOUTS_DOCUMENTS to the file of the documents "
        "that clients may ask for",
        "WHEREABOUTS_WORKERS='2': a SQLite file serves only one process; set it to 1, or "
        "WHEREABOUTS_DATABASE_URL to postgres://USER:PASSWORD@HOST:PORT/DATABASE",
        "WHEREABOUTS_WORKERS='2': processes do not hear each other through memory://; set it to 1, "
        "or WHEREABOUTS_BROADCAST_URL to redis://:PASSWORD@HOST:PORT",
    ]


@pytest.mark.parametrize(
    ("hours", "severity", "milder"),
    [
        ({"CRITICAL": "100"}, "CRITICAL='100'", "HIGH='24'"),
        ({"CRITICAL": "3", "HIGH": "2"}, "CRITICAL='3'", "HIGH='2'"),
        ({"HIGH": "73"}, "HIGH='73'", "MEDIUM='72'"),
        ({"MEDIUM": "23"}, "HIGH='24'", "MEDIUM='23'"),
    ],
)
def test_a_severe_exception_is_not_due_after_a_milder_one(
    hours: dict[str, str], severity: str, milder: str
):
    message = refusal(**{f"DUE_HOURS_{name}": text for name, text in hours.items()})

    assert message == (
        f"WHEREABOUTS_DUE_HOURS_{severity}: it is more than WHEREABOUTS_DUE_HOURS_{milder}, though "
        f"{milder.partition('=')[0]} is less severe; lower the one or raise the other"
    )


def test_exceptions_of_all_severities_may_be_due_at_the_same_time():
    assert read(DUE_HOURS_CRITICAL="72", DUE_HOURS_HIGH="72").due_hours_critical == 72


def test_all_that_is_wrong_is_said_at_once():
    message = refusal(PROT="80", GRAPHIQL="yes", DATABASE_URL="mysql://a:secret@db.example/shop")

    assert message.splitlines() == [
        "WHEREABOUTS_PROT is not a setting; did you mean WHEREABOUTS_PORT?",
        f"WHEREABOUTS_DATABASE_URL: its scheme is not known; {DATABASE_ADVICE}",
        "WHEREABOUTS_GRAPHIQL='yes': use on or off",
    ]


def test_a_misspelt_variable_is_refused_with_the_nearest_name_and_not_its_value():
    assert refusal(DATABSE_URL="postgres://app:secret@db.example/shop") == (
        "WHEREABOUTS_DATABSE_URL is not a setting; did you mean WHEREABOUTS_DATABASE_URL?"
    )


def test_a_variable_that_resembles_none_is_refused_with_all_names():
    assert refusal(COLOUR="red") == (
        f"WHEREABOUTS_COLOUR is not a setting; use {', '.join(VARIABLES)}"
    )


def test_settings_do_not_show_their_addresses():
    shown = repr(read(DATABASE_URL=POSTGRES, BROADCAST_URL=REDIS))

    assert "password" not in shown
    assert "port=8000" in shown


@given(
    scheme=st.sampled_from(["postgres", "postgresql", "redis", "rediss", "mysql", "sqlite"]),
    before=st.text(max_size=8),
    after=st.text(max_size=8),
    rest=st.sampled_from(["db.example", "db.example:5432/shop", "db.example:x", "", "/shop?a=b"]),
)
@example(scheme="postgres", before="1?", after="", rest="db.example")
@example(scheme="postgres", before="@1/", after="#", rest="db.example")
@example(scheme="redis", before="", after="@[", rest="db.example")
def test_no_password_is_ever_shown(scheme: str, before: str, after: str, rest: str):
    url = f"{scheme}://app:{before}HIDDEN{after}@{rest}"

    # Any text may be the path of a file.
    for name in set(VARIABLES) - {"WHEREABOUTS_DOCUMENTS"}:
        try:
            message = repr(Settings.from_env({name: url}))
        except SettingsError as error:
            message = "".join(traceback.format_exception(error))
        assert "HIDDEN" not in message


@given(name=st.sampled_from(list(VARIABLES)), text=st.text())
def test_any_text_is_either_read_or_refused_by_name(name: str, text: str):
    try:
        message = repr(Settings.from_env({name: text}))
    except SettingsError as error:
        message = str(error)

    # A setting that is right by itself may need another one, which is then named.
    others = [line for line in message.splitlines() if not MISSING.match(line)]
    assert all(line.startswith((f"{name}=", f"{name}: ", "Settings(")) for line in others)
