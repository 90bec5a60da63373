"""`whereabouts rebuild-stats`: compute the hourly sums of aggregates from the orders again."""

import click

from commands.command_runtime import migrated_database, read_settings, run
from config import Settings
from projections.rollups import rebuild


@click.command("rebuild-stats")
def rebuild_stats_command() -> None:
    """Count all orders anew into the hours that aggregates are answered from.

    It is never needed: they are kept up. It is for whoever has changed rows by hand. Questions are
    answered meanwhile; on SQLite nothing can be written, so stop the server first.
    """
    run(rebuild_stats(read_settings()))
    click.echo("Counted anew.")


async def rebuild_stats(settings: Settings) -> None:
    async with migrated_database(settings, is_limited=False):
        await rebuild()
