"""`whereabouts migrate`: brings the tables of the database to this version."""

import click

from commands.command_runtime import migrated_database, read_settings, run
from config import Settings
from database.migrations import migrate
from unit_of_work.epochs import begin_epoch


@click.command("migrate")
@click.option(
    "--after-restore",
    is_flag=True,
    help="Begin a new epoch of the log: the database was restored from a copy.",
)
def migrate_command(after_restore: bool) -> None:
    """Bring the database up to date.

    A SQLite file is created if there is none.

    After a restore, clients may have seen changes that the log lacks. With --after-restore, no new
    change gets the position of a lost one, and clients that name a lost position are refused.
    """
    settings = read_settings()
    applied = run(migrate(settings.database_url.get_secret_value()))
    for name in applied:
        click.echo(f"Applied {name}.")
    if not applied:
        click.echo("Nothing was missing.")
    if after_restore:
        click.echo(f"A new epoch begins after position {run(new_epoch(settings))}.")


async def new_epoch(settings: Settings) -> int:
    async with migrated_database(settings):
        return await begin_epoch()
