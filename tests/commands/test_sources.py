"""Order sources are created, listed, rotated, revoked and replayed on the command line."""

import asyncio
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from access.secrets import new_secret_key, open_secrets
from database.connections import open_database
from intake.storage import store
from intake.worker import IntakeWorker
from models.enums.intakes import ReceiverType
from models.intakes import Intake
from sources.intake_reader import source_readers
from sources.order_sources import secrets_of, source_named
from tests.commands.conftest import RunCommand
from tests.intake.deliveries import build_delivery
from unit_of_work.unit_of_work import Tracker

ADDRESS = re.compile(r"https://orders\.example\.com/sources/[0-9a-f]{32}")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHEREABOUTS_SECRET_KEYS", new_secret_key().get_secret_value())
    monkeypatch.setenv("WHEREABOUTS_PUBLIC_URL", "https://orders.example.com/")


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text("shopify's secret\n")
    return file


def test_a_source_of_shopify_has_the_secret_of_the_shop(
    run: RunCommand, secret_file: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = new_secret_key()
    monkeypatch.setenv("WHEREABOUTS_SECRET_KEYS", keys.get_secret_value())
    result = run(
        *("sources", "create", "--name", "shop", "--kind", "shopify"),
        *("--secret-file", secret_file),
    )

    assert result.exit_code == 0
    assert ADDRESS.fullmatch(result.stdout.strip())
    assert result.stderr == "Source shop was created. Its address in the shop:\n"
    assert _secrets(database_url, keys) == [SecretStr("shopify's secret")]


def _secrets(database_url: str, keys: SecretStr) -> list[SecretStr]:
    async def read() -> list[SecretStr]:
        async with open_database(database_url, connections=1):
            return secrets_of(open_secrets(keys, None), await source_named("shop"))

    return asyncio.run(read())


def test_a_secret_may_come_by_the_standard_input(run: RunCommand) -> None:
    create = ("sources", "create", "--kind", "shopify", "--name")

    assert run(*create, "piped", input="secret\n").exit_code == 0
    assert run(*create, "file", "--secret-file", "-", input="secret\n").exit_code == 0
    assert run(*create, "empty", input="").output == (
        "Error: secret: Give the secret with which the shop signs, in one line.\n"
    )


def test_woocommerce_gets_a_secret_of_ours(run: RunCommand) -> None:
    result = run("sources", "create", "--name", "shop", "--kind", "woocommerce")

    address, secret = result.stdout.splitlines()
    assert ADDRESS.fullmatch(address)
    assert re.fullmatch("[0-9a-f]{64}", secret)
    rotated = run("sources", "rotate", "shop")
    assert rotated.stdout.strip() != secret
    assert re.fullmatch(
        r"Source shop has a new secret; the last one holds until \S+Z\.\n"
        r"The secret to enter there:\n",
        rotated.stderr,
    )


def test_the_address_is_where_the_server_listens_unless_it_is_set(
    run: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WHEREABOUTS_PUBLIC_URL")

    result = run("sources", "create", "--name", "shop", "--kind", "woocommerce")

    assert result.stdout.startswith("http://127.0.0.1:8000/sources/")
    assert result.stderr.endswith("set WHEREABOUTS_PUBLIC_URL.\n")


def test_without_keys_a_source_is_refused_with_advice(
    run: RunCommand, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WHEREABOUTS_SECRET_KEYS")

    result = run("sources", "create", "--name", "shop", "--kind", "woocommerce")

    if engine == "sqlite":
        assert result.exit_code == 0
    else:
        assert result.output == (
            "Error: The service has no secret keys, which this needs: set WHEREABOUTS_SECRET_KEYS"
            " to what `whereabouts secret-key` prints, for every server and command, and keep a"
            " copy of it.\n"
        )
        assert run("sources", "list").stdout.count("\n") == 1


def test_a_secret_key_is_a_setting(run: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    key = run("secret-key").stdout.strip()
    monkeypatch.setenv("WHEREABOUTS_SECRET_KEYS", key)

    assert run("sources", "create", "--name", "a", "--kind", "woocommerce").exit_code == 0


@pytest.mark.parametrize("name", ["system", "Import", "anonymous"])
def test_names_of_other_actors_are_refused(run: RunCommand, name: str) -> None:
    result = run("sources", "create", "--name", name, "--kind", "woocommerce")

    assert result.output == (
        "Error: name: The log uses this name for an actor of its own; choose another.\n"
    )


def test_a_name_is_used_once_and_unknown_ones_are_refused(run: RunCommand) -> None:
    create = ("sources", "create", "--name", "shop", "--kind", "woocommerce")

    assert run(*create).exit_code == 0
    assert run(*create).output == ("Error: name: A source has this name already; choose another.\n")
    for command in ("rotate", "revoke", "failed", "replay"):
        assert run("sources", command, "other").output == (
            "Error: name: No source is named 'other': see `whereabouts sources list`.\n"
        )


def test_sources_are_listed_and_revoked(run: RunCommand) -> None:
    run("sources", "create", "--name", "shop", "--kind", "woocommerce")

    title, row = run("sources", "list").stdout.splitlines()
    assert title.split()[:2] == ["NAME", "KIND"]
    assert re.fullmatch(rf"shop +woocommerce +\S+Z +- +0 +0 +- +{ADDRESS.pattern}", row)

    revoked = run("sources", "revoke", "shop")
    assert re.fullmatch(r"Source shop was revoked \S+Z\.\n", revoked.stdout)
    assert run("sources", "revoke", "shop").stdout == revoked.stdout
    (revoked_at,) = re.findall(r"\S+Z", revoked.stdout)
    row = run("sources", "list").stdout.splitlines()[1]
    assert re.search(rf" +{revoked_at} +{ADDRESS.pattern}$", row)


def test_failures_are_listed_and_replayed(run: RunCommand, database_url: str) -> None:
    run("sources", "create", "--name", "shop", "--kind", "shopify", input="secret")
    asyncio.run(_receive(database_url, b"{}"))

    failed = run("sources", "failed", "shop").stdout.splitlines()
    assert re.fullmatch(r"\S+Z  orders/create  d1 +created_at: is missing\.", failed[1])
    assert len(failed) == 2

    assert run("sources", "replay", "shop").stdout == "1 webhooks are read again.\n"
    assert run("sources", "replay", "shop").stdout == "0 webhooks are read again.\n"
    assert len(run("sources", "failed", "shop").stdout.splitlines()) == 1
    asyncio.run(_read(database_url))
    since = ("sources", "replay", "shop", "--since")
    assert run(*since, "2090-01-01T00:00:00Z").stdout == "0 webhooks are read again.\n"
    assert run(*since, "2020-01-01T00:00:00Z").stdout == "1 webhooks are read again.\n"
    assert "with its zone" in run(*since, "2020-01-01T00:00:00").stderr


async def _receive(url: str, body: bytes) -> None:
    """Store a body for the source as its endpoint does, and read it."""
    async with open_database(url, connections=4):
        source = await source_named("shop")
        headers = {"x-shopify-topic": "orders/create"}
        await store(
            build_delivery(receiver_id=source.id, delivery_id="d1", headers=headers, body=body)
        )
    await _read(url)


async def _read(url: str) -> None:
    tracker = Tracker(announce=lambda _head: None)
    async with open_database(url, connections=4):
        worker = IntakeWorker(source_readers(tracker))
        while await worker.read_next():
            continue
        assert await Intake.filter(receiver_type=ReceiverType.SOURCE).count() == 1
