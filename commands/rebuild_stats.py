"""`whereabouts rebuild-stats`: computes the hourly sums of aggregates anew."""

import click

from commands.command_runtime import migrated_database, read_settings, run
from config import Settings
from projections.rollups import rebuild


@click.command("rebuild-stats")
def rebuild_stats_command() -> None:
    """Compute the hourly sums of aggregates anew.

    The server keeps the sums up to date, so this is only needed after rows were changed by hand.
    Queries are answered meanwhile. On SQLite nothing else can be written meanwhile, so stop the
    server first.
    """
    run(rebuild_stats(read_settings()))
    click.echo("Counted anew.")


async def rebuild_stats(settings: Settings) -> None:
    async with migrated_database(settings, is_limited=False):
        await rebuild()
