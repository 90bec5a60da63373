"""`whereabouts keys`: creates, lists, rotates and revokes API keys."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

import click

from access.api_keys import create_key, find_key, revoke_key, rotate_key
from access.scopes import Scope
from commands.command_runtime import migrated_database, read_settings, run
from commands.terminal_text import TimeParameter, printable, table, time_text
from config import Settings
from models.api_keys import ApiKey

TITLES = ("ID", "NAME", "HINT", "SCOPES", "CARRIERS", "CREATED", "EXPIRES", "LAST USED", "REVOKED")


class ScopeParameter(click.Choice[Scope]):
    """A scope, in capitals as the API shows it, or in small letters."""

    def __init__(self) -> None:
        super().__init__(Scope, case_sensitive=False)

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        return str(choice).upper()


@click.group("keys")
def keys_command() -> None:
    """Create, list, rotate and revoke API keys."""


@keys_command.command("create")
@click.option("--name", required=True, help="Name of the key, such as who uses it.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=ScopeParameter(),
    metavar="SCOPE",
    help=f"What the key may do; repeat it for several. One of {', '.join(Scope)}.",
)
@click.option("--all-scopes", is_flag=True, help="Give the key every scope.")
@click.option(
    "--carrier",
    "carriers",
    multiple=True,
    metavar="CODE",
    help="Bounds the key to the shipments of this carrier; repeat it for several.",
)
@click.option(
    "--expires-at",
    type=TimeParameter(),
    help="Time at which the key stops working, like 2026-03-01T14:05:00Z.  [default: never]",
)
def create_command(
    name: str,
    scopes: tuple[Scope, ...],
    all_scopes: bool,
    carriers: tuple[str, ...],
    expires_at: datetime | None,
) -> None:
    """Create a key and print its secret.

    The secret is not stored and cannot be shown again.
    """
    if all_scopes == bool(scopes):
        raise click.UsageError("Give one --scope or several, or --all-scopes.")
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise click.UsageError("--expires-at lies in the past.")
    granted = frozenset(Scope if all_scopes else scopes)
    row, secret = run(create(read_settings(), name, granted, expires_at, carriers or None))
    bounds = "" if row.carriers is None else f" for shipments of {', '.join(row.carriers)}"
    click.echo(
        f"Key {row.id} may {', '.join(row.scopes)}{bounds}. Its secret, shown this once:", err=True
    )
    click.echo(secret)


async def create(
    settings: Settings,
    name: str,
    scopes: Iterable[Scope],
    expires_at: datetime | None = None,
    carriers: Collection[str] | None = None,
) -> tuple[ApiKey, str]:
    """Return the new key's row and its secret."""
    async with migrated_database(settings):
        return await create_key(name, scopes, expires_at, carriers)


@keys_command.command("list")
def list_command() -> None:
    """List all keys, the oldest first."""
    rows = [_cells(row) for row in run(list_keys(read_settings()))]
    click.echo("\n".join(table([TITLES, *rows])))


async def list_keys(settings: Settings) -> list[ApiKey]:
    async with migrated_database(settings):
        return await ApiKey.all().order_by("created_at", "id")


@keys_command.command("rotate")
@click.argument("key", metavar="KEY")
@click.option(
    "--keep-previous",
    "hours",
    type=float,
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="Hours in which the previous secret works too.",
)
def rotate_command(key: str, hours: float) -> None:
    """Give a key another secret and print it.

    KEY is the key's id, as `whereabouts keys list` shows it, or its name if no other key that is in
    use has the same. Id, name and scopes stay. A secret from before the previous
    one ends at once. The new secret is not stored and cannot be shown again.
    """
    row, secret, ended = run(rotate(read_settings(), key, hours))
    if ended is not None:
        click.echo(
            "Warning: a secret from before the previous one would have worked until"
            f" {time_text(ended)}, and has ended now.",
            err=True,
        )
    until = time_text(row.previous_until)
    click.echo(f"The previous secret of key {row.id} works until {until}. The new one:", err=True)
    click.echo(secret)


async def rotate(
    settings: Settings, key: str, kept_hours: float
) -> tuple[ApiKey, str, datetime | None]:
    """Return the key's row, its new secret, and until when a secret that ended by this would have
    worked: one from before the previous one."""
    async with migrated_database(settings):
        key_id = await find_key(key)
        earlier = await ApiKey.filter(id=key_id, previous_until__gt=datetime.now(UTC)).first()
        row, secret = await rotate_key(key_id, kept_hours)
    return row, secret, earlier.previous_until if earlier else None


@keys_command.command("revoke")
@click.argument("key", metavar="KEY")
def revoke_command(key: str) -> None:
    """Revoke a key.

    KEY is the key's id, as `whereabouts keys list` shows it, or its name if no other key that is in
    use has the same. The key stops working within seconds.
    """
    row = run(revoke(read_settings(), key))
    click.echo(f"Key {row.id} ({printable(row.name)}) was revoked {time_text(row.revoked_at)}.")


async def revoke(settings: Settings, key: str) -> ApiKey:
    """Revoke the key with this id or name. Raises NotFound and Conflict."""
    async with migrated_database(settings):
        return await revoke_key(await find_key(key))


def _cells(row: ApiKey) -> tuple[str, ...]:
    times = (row.created_at, row.expires_at, row.last_used_at, row.revoked_at)
    bounds = "-" if row.carriers is None else ",".join(row.carriers)
    texts = (str(row.id), printable(row.name), row.hint, ",".join(row.scopes), bounds)
    return (*texts, *(time_text(moment) for moment in times))
