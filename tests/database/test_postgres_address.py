"""Addresses of PostgreSQL databases: each part has libpq's meaning, or is refused with advice."""

from dataclasses import replace
from pathlib import Path

import pytest

from database.address_parameters import CHOICES, FOREIGN
from database.postgres_address import UNREADABLE, PostgresAddress, read_address, without_secrets

PLAIN = PostgresAddress(
    hosts=(("db.example", None),),
    user="app",
    password="secret",
    database="shop",
    driver={},
    settings={},
    connect_seconds=None,
    has_pooler=False,
)


def with_parameters(text: str) -> PostgresAddress:
    return read_address(f"postgres://app:secret@db.example/shop?{text}")


def refusal(parameters: str) -> str:
    with pytest.raises(ValueError, match=r"^its ") as refusal:
        with_parameters(parameters)
    return str(refusal.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_both_schemes_are_read(scheme: str) -> None:
    assert read_address(f"{scheme}://app:secret@db.example/shop") == PLAIN


@pytest.mark.parametrize(
    ("place", "hosts"),
    [
        ("a.example:6432", (("a.example", 6432),)),
        ("a:5432,b:5433", (("a", 5432), ("b", 5433))),
        ("a,b:5433", (("a", None), ("b", 5433))),
        ("[::1]:5433", (("::1", 5433),)),
        ("[::1],[fd00::2]:5433", (("::1", None), ("fd00::2", 5433))),
        ("%2Frun%2Fpostgresql", (("/run/postgresql", None),)),
        ("", ((None, None),)),
    ],
)
def test_hosts_are_read(place: str, hosts: tuple[tuple[str | None, int | None], ...]) -> None:
    assert read_address(f"postgres://app:secret@{place}/shop").hosts == hosts


@pytest.mark.parametrize(
    ("parameters", "hosts"),
    [
        ("host=/run/postgresql", (("/run/postgresql", None),)),
        ("host=/run/postgresql&port=5433", (("/run/postgresql", 5433),)),
        ("host=a,b&port=1,2", (("a", 1), ("b", 2))),
        ("host=a,b&port=7", (("a", 7), ("b", 7))),
        ("port=7", (("db.example", 7),)),
    ],
)
def test_hosts_among_the_parameters_come_first(
    parameters: str, hosts: tuple[tuple[str, int | None], ...]
) -> None:
    assert with_parameters(parameters).hosts == hosts


@pytest.mark.parametrize(
    "place", ["a:x", "a:0", "a:65536", "a,,b", "a:", "[::1", "[::1]x", "a:1,b:x", "a]"]
)
def test_a_host_that_cannot_be_read_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match=f"^{UNREADABLE[:30]}"):
        read_address(f"postgres://{place}/shop")


@pytest.mark.parametrize(
    "password", ["to?p", "to/p", "to#p", "a@b/c?d=e", "1?ssl=x", "5432/x?sslmod"]
)
def test_a_password_that_is_not_encoded_is_not_taken_for_something_else(password: str) -> None:
    with pytest.raises(ValueError, match=r"percent-encode|names no") as refusal:
        read_address(f"postgres://app:{password}SECRET@db.example/shop")

    assert "SECRET" not in str(refusal.value)


@pytest.mark.parametrize(
    ("written", "password"),
    [("p%40ss%2F%3F", "p@ss/?"), ("a+b", "a+b"), ("a%2Bb", "a+b"), ("a@b", "a@b"), ("a[b", "a[b")],
)
def test_a_password_may_have_any_character(written: str, password: str) -> None:
    assert read_address(f"postgres://app:{written}@db.example/shop") == replace(
        PLAIN, password=password
    )


def test_a_user_may_have_an_at_sign() -> None:
    assert read_address("postgres://app%40server:secret@db.example/shop").user == "app@server"
    assert with_parameters("user=app%40server").user == "app@server"


def test_a_database_and_a_password_may_stand_among_the_parameters() -> None:
    found = read_address("postgres://db.example?dbname=shop&user=app&password=secret")

    assert found == PLAIN


@pytest.mark.parametrize("word", CHOICES["sslmode"].values)
def test_the_words_of_libpq_are_handed_to_the_driver(word: str) -> None:
    assert with_parameters(f"sslmode={word}").driver == {"sslmode": word}
    assert with_parameters(f"ssl={word}").driver == {"sslmode": word}


def test_the_last_of_two_values_counts() -> None:
    assert with_parameters("sslmode=disable&sslmode=require").driver == {"sslmode": "require"}


@pytest.mark.parametrize("name", ["sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile"])
def test_files_are_those_that_can_be_read(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.touch()

    assert with_parameters(f"{name}={tmp_path}/a%20file").driver == {name: str(file)}
    assert (
        refusal(f"{name}={tmp_path}/b") == f"its parameter {name} names a file that cannot be read"
    )
    assert refusal(f"{name}={tmp_path}") == f"its parameter {name} names a file that cannot be read"


def test_the_authorities_of_the_machine_need_a_full_check() -> None:
    system = {"sslrootcert": "system", "sslmode": "verify-full"}

    assert with_parameters("sslrootcert=system").driver == system
    assert with_parameters("sslrootcert=system&sslmode=verify-full").driver == system
    assert refusal("sslrootcert=system&sslmode=require") == (
        "its parameter sslrootcert=system needs sslmode=verify-full"
    )
    assert refusal(f"sslrootcert=system&sslcrl={__file__}") == (
        "its parameter sslcrl cannot go with sslrootcert=system; take it out"
    )


@pytest.mark.parametrize(
    "parameters",
    [
        "channel_binding=prefer",
        "gssencmode=disable",
        "load_balance_hosts=disable",
        "keepalives=1",
        "sslsni=1",
        "sslcompression=0",
        "client_encoding=UTF8",
        "uselibpqcompat=true",
        "pgbouncer=false",
    ],
)
def test_what_is_done_anyway_may_be_said(parameters: str) -> None:
    assert with_parameters(parameters) == PLAIN


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ("sslmode=no-verify", "sslmode"),
        ("ssl=true", "sslmode"),
        ("channel_binding=require", "channel_binding"),
        ("gssencmode=require", "gssencmode"),
        ("target_session_attrs=standby", "target_session_attrs"),
        ("target_session_attrs=read-only", "target_session_attrs"),
        ("target_session_attrs=prefer-standby", "target_session_attrs"),
        ("sslnegotiation=x", "sslnegotiation"),
        ("ssl_min_protocol_version=TLSv1", "ssl_min_protocol_version"),
        ("load_balance_hosts=random", "load_balance_hosts"),
        ("pgbouncer=yes", "pgbouncer"),
    ],
)
def test_another_value_is_refused_with_what_to_write(parameters: str, name: str) -> None:
    assert refusal(parameters) == f"its parameter {name} is refused: {CHOICES[name].advice}"


@pytest.mark.parametrize(("name", "advice"), FOREIGN.items())
def test_a_parameter_of_another_program_is_refused_with_what_to_do(name: str, advice: str) -> None:
    assert refusal(f"{name}=1") == f"its parameter {name} is refused: {advice}"


def test_a_parameter_that_is_not_known_is_refused() -> None:
    assert refusal("sslmod=require") == "its parameter sslmod is not known; did you mean sslmode?"
    assert refusal("quux=1") == "its parameter quux is not known; take it out"
    assert refusal("a%2Fb=1") == "its parameter is not known; take it out"


@pytest.mark.parametrize(("text", "seconds"), [("1", 1.0), ("10", 10.0), ("60", 60.0)])
def test_the_time_to_connect_is_read(text: str, seconds: float) -> None:
    assert with_parameters(f"connect_timeout={text}").connect_seconds == seconds


@pytest.mark.parametrize("text", ["0", "-1", "61", "1.5", "", "٣"])
def test_a_time_to_connect_without_a_bound_is_refused(text: str) -> None:
    assert refusal(f"connect_timeout={text}") == (
        "its parameter connect_timeout is refused: write the seconds, from 1 to 60"
    )


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ("-c%20geqo%3Doff", {"geqo": "off"}),
        ("-cgeqo=off%20--work-mem=7MB", {"geqo": "off", "work_mem": "7MB"}),
        ("-c%20search_path=a%2Cb", {"search_path": "a,b"}),
        ("-c%20a.b=one%5C%20two%5C%5C", {"a.b": "one two\\"}),
        ("%20", {}),
    ],
)
def test_options_are_settings_of_the_session(options: str, settings: dict[str, str]) -> None:
    assert with_parameters(f"options={options}").settings == settings


def test_a_schema_and_a_name_are_settings_of_the_session() -> None:
    assert with_parameters("schema=shop&application_name=x").settings == {
        "search_path": "shop",
        "application_name": "x",
    }
    assert with_parameters("fallback_application_name=y").settings == {"application_name": "y"}


@pytest.mark.parametrize(
    "options", ["endpoint%3Dx", "-c%20a", "-d%205", "-c%20a=b%20c", "x-c%20a=b"]
)
def test_options_that_are_no_settings_are_refused(options: str) -> None:
    assert refusal(f"options={options}") == (
        "its parameter options is not understood: write -c%20NAME=VALUE for each setting, with %20"
        " between them"
    )


@pytest.mark.parametrize("name", ["statement_timeout", "TimeZone", "lock-timeout"])
def test_a_setting_that_the_service_needs_cannot_be_set(name: str) -> None:
    shown = name.lower().replace("-", "_")

    assert refusal(f"options=-c%20{name}=0") == (
        f"its options set {shown}, which the service sets by itself"
    )


@pytest.mark.parametrize("word", ["any", "read-write", "primary"])
def test_the_kind_of_host_that_is_looked_for_can_be_said(word: str) -> None:
    found = read_address(f"postgres://a,b/shop?target_session_attrs={word}")

    assert found.driver == {"target_session_attrs": word}


def test_among_several_hosts_one_is_looked_for_that_takes_writes() -> None:
    assert read_address("postgres://a,b/shop").driver == {"target_session_attrs": "read-write"}
    assert read_address("postgres:///shop?host=a,b").driver == {
        "target_session_attrs": "read-write"
    }
    assert read_address("postgres://a/shop").driver == {}


def test_a_pooler_can_be_said() -> None:
    assert with_parameters("pgbouncer=true") == replace(PLAIN, has_pooler=True)


def test_no_secret_is_shown() -> None:
    address = with_parameters("sslpassword=secret&host=a,::1&port=1,2")

    assert "secret" not in repr(address)
    assert without_secrets(address) == "postgres://a:1,[::1]:2/shop"
