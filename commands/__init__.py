"""The command line: `whereabouts`, and what it can do."""

import click

from commands.demo import demo_command
from commands.import_orders import import_command
from commands.keys import keys_command
from commands.migrate import migrate_command
from commands.rebuild_stats import rebuild_stats_command
from commands.schema import schema_command
from commands.serve import serve_command
from commands.stats import stats_command

COMMANDS = (
    demo_command,
    serve_command,
    migrate_command,
    import_command,
    keys_command,
    stats_command,
    rebuild_stats_command,
    schema_command,
)


@click.group()
def main() -> None:
    """Order tracking as a GraphQL API.

    The settings are environment variables, WHEREABOUTS_DATABASE_URL and others.
    """


for _command in COMMANDS:
    main.add_command(_command)
