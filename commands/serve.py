"""`whereabouts serve`: the service."""

import os

import click

from commands.running import Failure, read_settings, run
from server import NotMigrated, prepare_database, serve


@click.command("serve")
@click.option("--workers", metavar="N", help="How many processes; else WHEREABOUTS_WORKERS.")
def serve_command(workers: str | None) -> None:
    """Serve the API until interrupted."""
    if workers is not None:
        # Where the settings are read, checked, and handed down to the processes.
        os.environ["WHEREABOUTS_WORKERS"] = workers
    settings = read_settings()
    try:
        # Asked before any process starts, so that it is said in one line and with an exit code.
        run(prepare_database(settings))
    except NotMigrated as error:
        raise Failure(str(error)) from error
    serve(settings)
