"""Settings are read from environment variables, and wrong values are refused with advice."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config import VARIABLES, Settings, SettingsError
from setting_values import redact

PROJECT = Path(__file__).parent.parent
POSTGRES = "postgres://app:secret@db.example:5432/whereabouts"
REDIS = "redis://:secret@cache.example:6379/0"
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
    "WHEREABOUTS_DUE_HOURS_CRITICAL": (1, 8784),
    "WHEREABOUTS_DUE_HOURS_HIGH": (1, 8784),
    "WHEREABOUTS_DUE_HOURS_MEDIUM": (1, 8784),
    "WHEREABOUTS_SWEEP_SECONDS": (1, 3600),
}
ADVICE = {
    "DATABASE_URL": "use sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE",
    "BROADCAST_URL": "use memory:// or redis://:PASSWORD@HOST:PORT (rediss:// for TLS)",
    "HOST": "use a host name or an address; the port has a variable of its own",
    "PORT": "use a whole number from 1 to 65535",
    "ALLOWED_ORIGINS": "use https://HOST or https://HOST:PORT, lower case, commas between",
    "TRUSTED_PROXIES": "use addresses or networks such as 10.0.0.0/8, or *",
    "LOG_LEVEL": "use critical, error, warning, info or debug",
    "GRAPHIQL": "use on or off",
    "INTROSPECTION": "use on or off",
    "DOCUMENTS": "use the path of a file",
    "DOCUMENTS_ONLY": "use on or off",
}
REFUSED = {
    "DATABASE_URL": ["", "whereabouts.sqlite3", "mysql://db.example/shop"],
    "BROADCAST_URL": ["", "memory", "memory://x", "kafka://broker.example", "redis://"],
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
    ],
    "TRUSTED_PROXIES": [
        "localhost",
        "10.0.0.1/8",
        "10.0.0.0/8,",
        "10.0.0.1:80",
        "*,10.0.0.0/8",
        "[::1]",
    ],
    "LOG_LEVEL": ["", "loud"],
    "GRAPHIQL": ["", "true", "1", "onn"],
    "INTROSPECTION": ["", "false", "0"],
    "DOCUMENTS": ["a\nb", "a\0"],
    "DOCUMENTS_ONLY": ["", "yes"],
}


def read(**environ: str) -> Settings:
    return Settings.from_env({f"WHEREABOUTS_{name}": text for name, text in environ.items()})


def refusal(**environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(**environ)
    return str(caught.value)


def test_an_empty_environment_gives_the_embedded_service():
    assert Settings.from_env({}) == Settings(
        database_url=f"sqlite://{PROJECT}/whereabouts.sqlite3",
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
        log_level="info",
        due_hours_critical=4,
        due_hours_high=24,
        due_hours_medium=72,
        sweep_seconds=60,
        graphiql=True,
        introspection=True,
        documents=None,
        documents_only=False,
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
        LOG_LEVEL="WARNING",
        DUE_HOURS_CRITICAL="1",
        DUE_HOURS_HIGH="2",
        DUE_HOURS_MEDIUM="3",
        SWEEP_SECONDS="5",
        GRAPHIQL="off",
        INTROSPECTION="off",
        DOCUMENTS="/srv/documents.json",
        DOCUMENTS_ONLY="on",
    )

    assert settings == Settings(
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
        log_level="warning",
        due_hours_critical=1,
        due_hours_high=2,
        due_hours_medium=3,
        sweep_seconds=5,
        graphiql=False,
        introspection=False,
        documents=Path("/srv/documents.json"),
        documents_only=True,
    )


def test_every_setting_has_a_variable():
    names = [f"WHEREABOUTS_{field.name.upper()}" for field in dataclasses.fields(Settings)]

    assert list(VARIABLES) == names


def test_settings_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        read().port = 1  # type: ignore[misc]


def test_other_variables_are_let_be():
    assert Settings.from_env({"PATH": "/bin", "PORT": "x", "whereabouts_port": "x"}) == read()


def test_an_absolute_sqlite_path_is_kept_with_its_options():
    url = "sqlite:///var/lib/whereabouts/orders.sqlite3?journal_mode=DELETE"

    assert read(DATABASE_URL=url).database_url == url


def test_a_relative_sqlite_path_starts_at_the_project_wherever_the_command_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)

    url = read(DATABASE_URL="sqlite://data/orders.sqlite3").database_url

    assert url == f"sqlite://{PROJECT}/data/orders.sqlite3"


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
    assert read(DATABASE_URL=url).database_url == url


def test_redis_may_go_with_sqlite():
    assert read(BROADCAST_URL="rediss://cache.example").broadcast_url == "rediss://cache.example"


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in REFUSED.items() for text in texts]
)
def test_a_wrong_value_is_refused_with_its_name_and_what_to_use(name: str, text: str):
    assert refusal(**{name: text}) == f"WHEREABOUTS_{name}={text!r}: {ADVICE[name]}"


def test_a_postgresql_address_without_a_database_is_refused_and_hides_the_password():
    assert refusal(DATABASE_URL="postgres://app:secret@db.example:5432/") == (
        "WHEREABOUTS_DATABASE_URL='postgres://***@db.example:5432/': " + ADVICE["DATABASE_URL"]
    )


@pytest.mark.parametrize("text", ["sqlite://", "sqlite://:memory:", "sqlite://data/"])
def test_a_sqlite_database_without_a_file_is_refused(text: str):
    message = refusal(DATABASE_URL=text)

    assert message.endswith("name a file, such as sqlite://whereabouts.sqlite3")


def test_a_sqlite_path_that_a_url_would_cut_off_is_refused():
    message = refusal(DATABASE_URL="sqlite:///data/orders#1.sqlite3")

    assert "a path with # or ? in it cannot be written as a URL" in message


@pytest.mark.parametrize(
    "text",
    [
        "redis://:top/secret@cache.example",
        "redis://:top#secret@cache.example",
        "redis://:6379/secret@cache.example:0",
        "redis://:[secret@cache.example",
        "redis://:secret",
        "redis://cache.example:secret",
        "redis://cache.example:0?password=secret",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(text: str):
    message = refusal(BROADCAST_URL=text)

    assert message.startswith("WHEREABOUTS_BROADCAST_URL='redis://")
    assert "secret" not in message
    assert "top" not in message


def test_an_origin_with_a_password_is_refused_without_it():
    message = refusal(ALLOWED_ORIGINS="https://first.example,https://app:secret@shop.example")

    assert message == f"WHEREABOUTS_ALLOWED_ORIGINS='https://***': {ADVICE['ALLOWED_ORIGINS']}"


@pytest.mark.parametrize(("name", "limits"), WHOLE_NUMBERS.items())
def test_a_number_is_taken_up_to_its_limits_and_refused_beyond(name: str, limits: tuple[int, int]):
    low, high = limits
    together = {"WHEREABOUTS_DATABASE_URL": POSTGRES, "WHEREABOUTS_BROADCAST_URL": REDIS}
    field = name.removeprefix("WHEREABOUTS_").lower()

    assert getattr(Settings.from_env({**together, name: str(low)}), field) == low
    assert getattr(Settings.from_env({**together, name: str(high)}), field) == high
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

    assert "secret" not in shown
    assert "port=8000" in shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("memory://", "memory://"),
        ("sqlite:///data/orders.sqlite3", "sqlite:///data/orders.sqlite3"),
        ("redis://cache.example:6379/0", "redis://cache.example:6379/0"),
        (POSTGRES, "postgres://***@db.example:5432/whereabouts"),
        ("postgres://db.example/shop?password=secret", "postgres://db.example/shop?***"),
        ("app:secret@db.example/shop", "***"),
        ("info", "info"),
    ],
)
def test_a_redacted_address_still_says_where_it_leads(url: str, shown: str):
    assert redact(url) == shown


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
    url = f"{scheme}://app:{before}SECRET{after}@{rest}"

    assert "SECRET" not in redact(url)


@given(name=st.sampled_from(list(VARIABLES)), text=st.text())
def test_any_text_is_either_read_or_refused_by_name(name: str, text: str):
    try:
        message = repr(Settings.from_env({name: text}))
    except SettingsError as error:
        message = str(error)

    assert message.startswith((f"{name}=", "Settings("))
