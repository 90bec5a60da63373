"""`whereabouts schema`: prints the GraphQL schema."""

import click

from schema.sdl import sdl


@click.command("schema")
def schema_command() -> None:
    """Print the GraphQL schema.

    It is written in the schema definition language, as in schema.graphql.
    """
    click.echo(sdl(), nl=False)
