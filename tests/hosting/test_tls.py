"""PostgreSQL with TLS: the words of libpq mean what they mean to libpq."""

import re
from collections.abc import Generator
from pathlib import Path

import asyncpg
import pytest

from commands.command_runtime import Failure, run
from database.connections import connection, open_database
from devservices.certificates import LEFT_OUT, Certificates, find_openssl, make_certificates
from devservices.ports import HOST
from devservices.postgres import PostgresServer
from tests.needed_programs import need

TRUST = "hostssl all all 127.0.0.1/32 trust\n"
BY_CERTIFICATE = "hostssl all bearer 127.0.0.1/32 cert clientcert=verify-full\n"
UNTRUSTED = re.compile(
    r"The database cannot be used: the server's certificate is not trusted \([\w -]+\): name the"
    r" file of its authority by sslrootcert in the address, or sslrootcert=system if the machine"
    r" trusts it"
)
"""Between the brackets OpenSSL says why, in words of its version."""
ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


@pytest.fixture(scope="module")
def certificates() -> Generator[Certificates, None, None]:
    need(find_openssl, LEFT_OUT)
    certificates = make_certificates("localhost")
    yield certificates
    certificates.remove()


@pytest.fixture(scope="module")
def strangers() -> Generator[Certificates, None, None]:
    """The certificates of another authority."""
    certificates = make_certificates("localhost")
    yield certificates
    certificates.remove()


@pytest.fixture(scope="module")
def server(certificates: Certificates) -> Generator[PostgresServer, None, None]:
    """A server that lets nobody in without TLS."""
    with PostgresServer(settings=certificates.settings) as server:
        assert server.folder is not None
        (server.folder / "data" / "pg_hba.conf").write_text(BY_CERTIFICATE + TRUST)
        server.execute("CREATE ROLE bearer LOGIN")
        server.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home without certificates."""
    monkeypatch.setenv("HOME", str(tmp_path))


def address(server: PostgresServer, parameters: str, host: str = "localhost") -> str:
    return f"postgres://postgres@{host}:{server.port}/postgres?{parameters}"


async def is_encrypted(url: str) -> bool:
    async with open_database(url, connections=1):
        [row] = await connection().execute_query_dict(ENCRYPTED)
        return bool(row["ssl"])


def failure(url: str) -> str:
    with pytest.raises(Failure) as failure:
        run(is_encrypted(url))
    return failure.value.message


@pytest.mark.parametrize("word", ["allow", "prefer", "require"])
async def test_a_word_that_checks_no_certificate_encrypts_all_the_same(
    server: PostgresServer, word: str
) -> None:
    assert await is_encrypted(address(server, f"sslmode={word}"))
    assert await is_encrypted(address(server, f"ssl={word}"))


async def test_without_a_word_the_connection_is_encrypted_where_the_server_can(
    server: PostgresServer,
) -> None:
    assert await is_encrypted(address(server, ""))


def test_a_server_that_wants_encryption_lets_nobody_in_without(server: PostgresServer) -> None:
    assert failure(address(server, "sslmode=disable")) == (
        'The database cannot be used: no pg_hba.conf entry for host "127.0.0.1", user'
        ' "postgres", database "postgres", no encryption'
    )


@pytest.mark.parametrize("word", ["verify-ca", "verify-full"])
async def test_a_certificate_of_the_named_authority_is_trusted(
    server: PostgresServer, certificates: Certificates, word: str
) -> None:
    url = address(server, f"sslmode={word}&sslrootcert={certificates.authority}")

    assert await is_encrypted(url)


@pytest.mark.parametrize("word", ["require", "verify-ca", "verify-full"])
def test_a_certificate_of_another_authority_is_refused_in_one_line(
    server: PostgresServer, strangers: Certificates, word: str
) -> None:
    """The word `require` checks the certificate where an authority is named, as in libpq."""
    url = address(server, f"sslmode={word}&sslrootcert={strangers.authority}")

    assert UNTRUSTED.fullmatch(failure(url))


def test_a_certificate_without_an_authority_to_check_it_is_refused_in_one_line(
    server: PostgresServer,
) -> None:
    said = failure(address(server, "sslmode=verify-full"))

    assert said.startswith('The database cannot be used: root certificate file "')
    assert said.endswith(
        "does not exist or cannot be accessed: name the file of the certificate's authority by"
        " sslrootcert in the address"
    )


def test_a_certificate_for_another_host_is_refused_by_verify_full_alone(
    server: PostgresServer, certificates: Certificates
) -> None:
    trusted = f"sslrootcert={certificates.authority}"

    assert run(is_encrypted(address(server, f"sslmode=verify-ca&{trusted}", HOST)))
    assert failure(address(server, f"sslmode=verify-full&{trusted}", HOST)) == (
        "The database cannot be used: the server's certificate is for another host (IP address"
        " mismatch, certificate is not valid for '127.0.0.1'): write the host that it is for, or"
        " sslmode=verify-ca"
    )


async def test_the_authorities_of_the_machine_are_those_that_it_trusts(
    server: PostgresServer,
    certificates: Certificates,
    strangers: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    assert await is_encrypted(address(server, "sslrootcert=system"))

    monkeypatch.setenv("SSL_CERT_FILE", str(strangers.authority))
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        await is_encrypted(address(server, "sslmode=verify-full&sslrootcert=system"))


@pytest.mark.parametrize("trust", ["sslmode=require", "sslmode=verify-full&sslrootcert=system"])
async def test_a_client_is_let_in_by_its_certificate(
    server: PostgresServer,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    trust: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    files = f"sslcert={certificates.folder}/bearer.crt&sslkey={certificates.folder}/bearer.key"
    url = address(server, f"{trust}&{files}").replace("postgres@", "bearer@")

    assert await is_encrypted(url)


def test_a_file_that_is_no_certificate_is_named(server: PostgresServer, tmp_path: Path) -> None:
    file = tmp_path / "ca.crt"
    file.write_text("this is not a certificate")

    assert failure(address(server, f"sslmode=verify-ca&sslrootcert={file}")).startswith(
        "The database cannot be used: the file of sslrootcert, sslcert, sslkey or sslcrl is not in"
        " PEM form: "
    )


def test_a_server_without_tls_is_said_to_have_none() -> None:
    with PostgresServer() as server:
        said = failure(address(server, "sslmode=require", HOST))

    assert said == (
        f'The database cannot be used: PostgreSQL server at "{HOST}:{server.port}" rejected SSL'
        " upgrade: turn TLS on there, or write sslmode=disable in the address"
    )


async def test_the_variables_of_libpq_apply_where_the_address_says_nothing(
    server: PostgresServer, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", str(certificates.authority))
    assert await is_encrypted(address(server, ""))

    monkeypatch.setenv("PGSSLMODE", "disable")
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        await is_encrypted(address(server, ""))
    assert await is_encrypted(address(server, "sslmode=require"))


@pytest.mark.parametrize("authority", ["system", "{file}"])
async def test_the_version_of_tls_can_be_said(
    server: PostgresServer,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    authority: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    trust = f"sslmode=verify-full&sslrootcert={authority.format(file=certificates.authority)}"
    shown = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

    for bound, version in (("max", "TLSv1.2"), ("min", "TLSv1.3")):
        url = address(server, f"{trust}&ssl_{bound}_protocol_version={version}")
        async with open_database(url, connections=1):
            assert await connection().execute_query_dict(shown) == [{"version": version}]
