"""`whereabouts secret-key`: makes a key for WHEREABOUTS_SECRET_KEYS."""

import click

from access.secrets import new_secret_key


@click.command("secret-key")
def secret_key_command() -> None:
    """Print a new key, with which the secrets of shops are encrypted."""
    click.echo(new_secret_key().get_secret_value())
