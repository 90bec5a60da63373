"""`whereabouts migrate`: brings the tables of the database to this version."""

import click

from commands.command_runtime import read_settings, run
from database.migrations import migrate


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database up to date.

    A SQLite file is created if there is none.
    """
    applied = run(migrate(read_settings().database_url.get_secret_value()))
    for name in applied:
        click.echo(f"Applied {name}.")
    if not applied:
        click.echo("Nothing was missing.")
