"""`whereabouts demo`: the service with sample orders that move."""

import os
import signal
import sys
import time
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from commands.child_processes import Child, running
from commands.command_runtime import Failure, run
from commands.demo_data import FOLDER, DemoSettings, fill, only_demo, place_of, remove_database
from commands.greeting import greeting
from commands.local_server import LocalServer, NoAnswer, open_port, reachable
from commands.movement import Movement

READY_SECONDS = 60.0
"""How long the server may take to start: a slow machine needs less."""
SERVER_GRACE = 20.0
"""How long the server may take to stop: longer than it waits for running requests."""
SIMULATOR_GRACE = 5.0
LOOK_SECONDS = 0.2
NEWEST_ORDER = """
query Newest {
  moving: orders(
    filter: {status: [PENDING, CONFIRMED, PACKED]}
    orderBy: {field: PLACED_AT, direction: DESC}
    first: 1
  ) { nodes { trackingId } }
  any: orders(orderBy: {field: PLACED_AT, direction: DESC}, first: 1) { nodes { trackingId } }
}
"""
POSITION = "{ position }"
LINK = 'mutation Link {{ trackingLinkCreate(trackingId: "{tracking_id}") {{ url }} }}'


@click.command("demo")
@click.option(
    "--orders",
    default=3000,
    show_default=True,
    type=click.IntRange(1),
    help="Number of sample orders.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port to listen on, or a free one if it is taken.  [default: 8000]",
)
@click.option(
    "--folder",
    default=FOLDER,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the database and the logs.  [default: .demo]",
)
def demo_command(orders: int, port: int | None, folder: Path) -> None:
    """Run the service with sample orders that move.

    The demo creates a database with sample orders, starts the server, and starts a simulator that
    sends tracking events. Ctrl-C stops it.

    The database is created anew at each start, unless WHEREABOUTS_DATABASE_URL names one, which is
    kept.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with only_demo(folder):
            _demo(place_of(folder, os.environ, port), orders)
    except KeyboardInterrupt:
        click.echo("Stopped.")


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """End the demo as Ctrl-C does, whichever signal asks for it."""
    raise KeyboardInterrupt


def _free_place(place: DemoSettings) -> DemoSettings:
    preferred = place.settings.port
    port = open_port(place.settings.host, preferred)
    if port == preferred:
        return place
    click.echo(f"Port {preferred} is taken; the demo listens on {port}.")
    return place_of(place.folder, os.environ, port)


def _demo(place: DemoSettings, orders: int) -> None:
    if place.is_ours:
        remove_database(place.folder)
    data = run(fill(place, orders))
    key = data.key
    # The data takes half a minute to make, in which another program may take the port.
    place = _free_place(place)
    server = reachable(place.settings.host, place.settings.port)
    click.echo("Starting the server, and the simulator that plays the orders' history.")
    with _serving(place) as process:
        _wait_until_ready(server, process)
        tracking_id = _newest_order(server, key, process)
        with _simulating(place, server, key, tracking_id) as simulator:
            link = _link(server, key, tracking_id)
            click.echo(greeting(server, data, tracking_id, link, place.folder))
            _watch(process, simulator, Movement(partial(_position, server, key), sys.stdout))


def _serving(place: DemoSettings) -> AbstractContextManager[Child]:
    return running(["commands", "serve"], place.environ, place.server_log, grace=SERVER_GRACE)


def _simulating(
    place: DemoSettings, server: LocalServer, key: str, tracking_id: str
) -> AbstractContextManager[Child]:
    # The key goes by the environment: arguments can be read by everybody on the machine.
    return running(
        ["simulator", "play", "--url", server.url, "--showcase", tracking_id],
        {**os.environ, "WHEREABOUTS_KEY": key},
        place.simulator_log,
        grace=SIMULATOR_GRACE,
    )


def _wait_until_ready(server: LocalServer, process: Child) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not server.is_ready():
        _demand_running(process)
        if time.monotonic() > deadline:
            raise Failure(
                f"The server was not ready in {READY_SECONDS:g} seconds. It said:\n"
                f"{process.log_tail()}"
            )
        time.sleep(LOOK_SECONDS)
    # Another program could have taken the port a moment before, and be the one that answers.
    _demand_running(process)


def _newest_order(server: LocalServer, key: str, process: Child) -> str:
    try:
        found = server.execute(NEWEST_ORDER, key)
    except NoAnswer as error:
        _demand_running(process)
        raise Failure(f"The server did not name its newest order: {error}") from error
    # One of an earlier demo on the same database may have nothing left to do.
    tracking_id: str = (found["moving"]["nodes"] or found["any"]["nodes"])[0]["trackingId"]
    return tracking_id


def _link(server: LocalServer, key: str, tracking_id: str) -> str | None:
    """Return the address that a customer gets by mail; None if the server has no key to sign it."""
    try:
        answer = server.execute(LINK.format(tracking_id=tracking_id), key)
    except NoAnswer:
        return None
    url: str | None = answer["trackingLinkCreate"]["url"]
    return url


def _position(server: LocalServer, key: str) -> int:
    """Return the number of changes in the log. Raises NoAnswer."""
    return int(server.execute(POSITION, key)["position"])


def _watch(process: Child, simulator: Child, movement: Movement) -> None:
    """Show the number of changes until interrupted. Raises Failure when the server has ended."""
    try:
        while simulator.exit_code is None:
            _demand_running(process)
            movement.show()
            time.sleep(LOOK_SECONDS)
    finally:
        movement.end()
    _demand_running(process)
    click.echo(f"The orders stand still: the simulator has ended. It said:\n{simulator.log_tail()}")
    while True:
        _demand_running(process)
        time.sleep(LOOK_SECONDS)


def _demand_running(process: Child) -> None:
    if process.exit_code is not None:
        raise Failure(f"The server has ended. It said:\n{process.log_tail()}")
