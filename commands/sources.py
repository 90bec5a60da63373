"""`whereabouts sources`: the shops that send their orders by webhooks."""

import sys
from datetime import datetime
from typing import TextIO

import click
from pydantic import SecretStr

from access.secrets import SecretBox, open_secrets
from commands.command_runtime import migrated_database, read_settings, run
from commands.terminal_text import TimeParameter, printable, table, time_text
from config import Settings
from intake.records import (
    MAXIMUM_REPLAYED,
    count_states,
    last_received_at,
    list_failures,
    replay,
)
from models.enums.intakes import IntakeState
from models.enums.sources import SourceKind
from models.intakes import Intake
from models.sources import OrderSource
from sources.order_sources import (
    PATH,
    create_source,
    list_sources,
    new_secret,
    revoke_source,
    rotate_secret,
    source_named,
)
from urls import http_url

TITLES = ("NAME", "KIND", "CREATED", "LAST RECEIVED", "WAITING", "FAILED", "REVOKED", "ADDRESS")
FAILURE_TITLES = ("RECEIVED", "TOPIC", "DELIVERY", "PROBLEM")
secret_file = click.option(
    "--secret-file",
    type=click.File(lazy=True),
    metavar="FILE",
    help="File with the secret by which the shop signs; - for the standard input.",
)
source_name = click.argument("name", metavar="NAME")


@click.group("sources")
def sources_command() -> None:
    """Let shops send their orders by webhooks."""


@sources_command.command("create")
@click.option("--name", required=True, help="Name of the source, by which the log calls it.")
@click.option(
    "--kind",
    required=True,
    type=click.Choice(SourceKind, case_sensitive=False),
    metavar="KIND",
    help=f"The shop system: {' or '.join(kind.lower() for kind in SourceKind)}.",
)
@secret_file
def create_command(name: str, kind: SourceKind, secret_file: TextIO | None) -> None:
    """Create a source and print the address to enter in the shop.

    Shopify shows the secret by which it signs. WooCommerce lets you choose one: without
    --secret-file, one is made and printed in the second line.
    """
    settings = read_settings()
    secret, is_new = _read_secret(kind, secret_file)
    source = run(_create(settings, name, kind, secret))
    click.echo(f"Source {source.name} was created. Its address in the shop:", err=True)
    click.echo(address_of(settings, source))
    _show_new_secret(secret, is_new)
    if not settings.public_url:
        click.echo(
            "This is where the server listens. If the shop reaches it by another address, set"
            " WHEREABOUTS_PUBLIC_URL.",
            err=True,
        )


def _read_secret(kind: SourceKind, file: TextIO | None) -> tuple[SecretStr, bool]:
    """Return the shop's secret, and whether it was made here."""
    if file is not None:
        return SecretStr(file.read()), False
    if kind is SourceKind.WOOCOMMERCE:
        return new_secret(), True
    if sys.stdin.isatty():
        return SecretStr(click.prompt("The shop's secret", hide_input=True, err=True)), False
    return SecretStr(sys.stdin.read()), False


def _show_new_secret(secret: SecretStr, is_new: bool) -> None:
    if is_new:
        click.echo("The secret to enter there:", err=True)
        click.echo(secret.get_secret_value())


def address_of(settings: Settings, source: OrderSource) -> str:
    """Return the address to which the shop sends."""
    public = settings.public_url or http_url(settings.host, settings.port, "")
    return f"{public}{PATH}/{source.address_key}"


def _box(settings: Settings) -> SecretBox:
    return open_secrets(settings.secret_keys, settings.database_file)


async def _create(
    settings: Settings, name: str, kind: SourceKind, secret: SecretStr
) -> OrderSource:
    async with migrated_database(settings):
        return await create_source(_box(settings), name, kind, secret)


@sources_command.command("list")
def list_command() -> None:
    """List all sources, the oldest first."""
    settings = read_settings()
    click.echo("\n".join(table([TITLES, *run(_list(settings))])))


async def _list(settings: Settings) -> list[tuple[str, ...]]:
    async with migrated_database(settings):
        return [await _cells(settings, source) for source in await list_sources()]


async def _cells(settings: Settings, source: OrderSource) -> tuple[str, ...]:
    counts = await count_states(source.id)
    return (
        printable(source.name),
        source.kind.lower(),
        time_text(source.created_at),
        time_text(await last_received_at(source.id)),
        str(counts.get(IntakeState.RECEIVED, 0)),
        str(counts.get(IntakeState.FAILED, 0)),
        time_text(source.revoked_at),
        address_of(settings, source),
    )


@sources_command.command("rotate")
@source_name
@secret_file
def rotate_command(name: str, secret_file: TextIO | None) -> None:
    """Give a source a new secret. The one before it holds for two more days."""
    settings = read_settings()
    kind = run(_named(settings, name)).kind
    secret, is_new = _read_secret(kind, secret_file)
    source = run(_rotate(settings, name, secret))
    click.echo(
        f"Source {source.name} has a new secret; the last one holds until"
        f" {time_text(source.previous_until)}.",
        err=True,
    )
    _show_new_secret(secret, is_new)


async def _named(settings: Settings, name: str) -> OrderSource:
    async with migrated_database(settings):
        return await source_named(name)


async def _rotate(settings: Settings, name: str, secret: SecretStr) -> OrderSource:
    async with migrated_database(settings):
        return await rotate_secret(_box(settings), name, secret)


@sources_command.command("revoke")
@source_name
def revoke_command(name: str) -> None:
    """Revoke a source: what comes to its address is refused."""
    source = run(_revoke(read_settings(), name))
    click.echo(f"Source {source.name} was revoked {time_text(source.revoked_at)}.")


async def _revoke(settings: Settings, name: str) -> OrderSource:
    async with migrated_database(settings):
        return await revoke_source(name)


@sources_command.command("failed")
@source_name
def failed_command(name: str) -> None:
    """List the webhooks of a source that could not be taken in, and why."""
    failures = run(_failures(read_settings(), name))
    click.echo("\n".join(table([FAILURE_TITLES, *map(_failure_cells, failures)])))


async def _failures(settings: Settings, name: str) -> list[Intake]:
    async with migrated_database(settings):
        return list(await list_failures((await source_named(name)).id))


def _failure_cells(intake: Intake) -> tuple[str, ...]:
    topic = next((value for key, value in intake.headers.items() if key.endswith("topic")), "-")
    texts = (topic, intake.delivery_id or "-", intake.problem or "-")
    return (time_text(intake.received_at), *map(printable, texts))


@sources_command.command("replay")
@source_name
@click.option(
    "--since",
    type=TimeParameter(),
    help="Read all that came since then again, not only what failed; like 2026-03-01T14:05:00Z.",
)
def replay_command(name: str, since: datetime | None) -> None:
    """Let the failed webhooks of a source be read again by the server."""
    count = run(_replay(read_settings(), name, since))
    click.echo(f"{count} webhooks are read again.")
    if count == MAXIMUM_REPLAYED:
        click.echo("There may be more: when these are read, run the command again.", err=True)


async def _replay(settings: Settings, name: str, since: datetime | None) -> int:
    async with migrated_database(settings):
        return await replay((await source_named(name)).id, since)
