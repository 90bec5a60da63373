"""`python -m simulator`: writes sample orders, or plays the journeys of a server's orders."""

import asyncio
import sys
from datetime import UTC, datetime

import click

from simulator.client import Client, ServerRefused, ServerUnavailable
from simulator.order_files import write_orders
from simulator.orders import DAYS
from simulator.player import Plan, play_until_stopped
from simulator.showcase import UnknownOrder


@click.group()
def main() -> None:
    """Simulate a shop and its carriers for any Whereabouts server."""


@main.command()
@click.option(
    "--count", default=3000, show_default=True, type=click.IntRange(1), help="Number of orders."
)
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same orders.")
@click.option(
    "--days",
    default=DAYS,
    show_default=True,
    type=click.IntRange(1),
    help="Days over which the orders were placed.",
)
@click.option(
    "--until", type=click.DateTime(), help="Time in UTC before which they end.  [default: now]"
)
@click.option(
    "--out",
    default="-",
    show_default=True,
    type=click.Path(dir_okay=False),
    help="File to write, or `-` for standard output.",
)
def orders(count: int, seed: int, days: int, until: datetime | None, out: str) -> None:
    """Write sample orders for `whereabouts import`.

    The format is CSV if OUT ends in .csv, else JSON Lines.
    """
    moment = until.replace(tzinfo=UTC) if until else None
    write_orders(out, count, seed=seed, days=days, until=moment)


@main.command()
@click.option(
    "--url",
    default="http://127.0.0.1:8000/graphql",
    show_default=True,
    help="Address of the server's API.",
)
@click.option(
    "--key", required=True, envvar="WHEREABOUTS_KEY", help="API key.  [default: $WHEREABOUTS_KEY]"
)
@click.option(
    "--seed", default=7, show_default=True, help="Use the same seed each time on one server."
)
@click.option(
    "--speed",
    default=3600.0,
    show_default=True,
    type=click.FloatRange(1),
    help="Seconds of a journey that pass in a second.",
)
@click.option(
    "--rate",
    default=5.0,
    show_default=True,
    type=click.FloatRange(0.01, 1000),
    help="Steps sent in a second, of all orders together.",
)
@click.option(
    "--concurrency",
    default=8,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Requests under way at once.",
)
@click.option("--showcase", metavar="TRACKING_ID", help="Keep this order moving all the time.")
def play(
    url: str,
    key: str,
    seed: int,
    speed: float,
    rate: float,
    concurrency: int,
    showcase: str | None,
) -> None:
    """Play the journeys of a server's orders until interrupted.

    First the simulator sends what has happened to the orders up to now. Then it lets them move on
    live, and places new orders when few are moving.
    """
    plan = Plan(seed, speed, rate, concurrency, showcase)
    try:
        asyncio.run(_play(url, key, plan))
    except (ServerRefused, ServerUnavailable, UnknownOrder) as failure:
        raise click.ClickException(str(failure)) from failure
    except KeyboardInterrupt:
        sys.exit(0)


async def _play(url: str, key: str, plan: Plan) -> None:
    async with Client(url, key, connections=plan.concurrency) as client:
        await play_until_stopped(client, plan)
        print(f"Stopped: {client.tally.summary()}", flush=True)


if __name__ == "__main__":
    main(prog_name="python -m simulator")
