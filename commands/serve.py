"""`whereabouts serve`: the service."""

import click

from commands.running import read_settings
from server import serve


@click.command("serve")
def serve_command() -> None:
    """Serve the API until interrupted."""
    serve(read_settings())
