"""The command line: the program `whereabouts` and its commands."""

import click

from commands.customers import erase_command, export_command
from commands.demo import demo_command
from commands.import_orders import import_command
from commands.keys import keys_command
from commands.migrate import migrate_command
from commands.rebuild_stats import rebuild_stats_command
from commands.schema import schema_command
from commands.secret_key import secret_key_command
from commands.serve import serve_command
from commands.sources import sources_command
from commands.stats import stats_command
from config import VERSION

COMMANDS = (
    demo_command,
    serve_command,
    migrate_command,
    import_command,
    keys_command,
    export_command,
    erase_command,
    sources_command,
    secret_key_command,
    stats_command,
    rebuild_stats_command,
    schema_command,
)


@click.group()
@click.version_option(VERSION, prog_name="whereabouts", message="%(prog)s %(version)s")
def main() -> None:
    """Order tracking as a GraphQL API.

    Settings are environment variables such as WHEREABOUTS_DATABASE_URL; docs/settings.md lists
    them all.
    """


for _command in COMMANDS:
    main.add_command(_command)
