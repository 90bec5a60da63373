"""`whereabouts schema`: the GraphQL schema, as it is committed."""

import click

from schema.sdl import sdl


@click.command("schema")
def schema_command() -> None:
    """Print the GraphQL schema in its definition language."""
    click.echo(sdl(), nl=False)
