"""`whereabouts serve`: the service."""

import click

from commands.running import Failure, read_settings, run
from server import NotMigrated, prepare_database, serve


@click.command("serve")
def serve_command() -> None:
    """Serve the API until interrupted."""
    settings = read_settings()
    try:
        # Asked before any process starts, so that it is said in one line and with an exit code.
        run(prepare_database(settings))
    except NotMigrated as error:
        raise Failure(str(error)) from error
    serve(settings)
