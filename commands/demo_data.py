"""The demo's data: a folder of its own, a key, and the orders of the last 90 days."""

import sqlite3
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from access.api_keys import create_key
from access.scopes import Scope
from commands.command_runtime import CONNECTIONS, Failure, WrongInput
from commands.example_orders import place_examples
from commands.import_orders import default_rejects, import_orders, summary
from config import PROJECT, Settings, SettingsError
from database.connections import open_database
from database.file_lock import Locked, file_lock
from database.migrations import migrate
from models.orders import Order
from simulator.order_files import write_orders
from unit_of_work.unit_of_work import Tracker

FOLDER = PROJECT / ".demo"
DATABASE = "whereabouts.sqlite3"
LOCK = "demo.lock"
BRAND = "brand.toml"
BRAND_TEXT = """\
name = "Sample shop"

[light]
accent = "#0b6e6e"
on_accent = "#ffffff"

[dark]
accent = "#6fd3cf"
on_accent = "#06302f"

[help]
url = "https://shop.example/help"
mail = "help@shop.example"
"""
"""The brand of the demo: its pages show where customers turn to."""
DEVELOPMENT_ORIGINS = tuple(
    f"http://{host}:{port}"
    for host in ("localhost", "127.0.0.1")
    for port in (5173, 3000, 8080, 4200)
)
"""Where the development servers of Vite, Next, Vue and Angular have their pages: a page that is
being written may use the demo at once."""
DAYS = 90
"""The sample orders were placed in so many days before now."""
KEY_LIFE = timedelta(days=30)
"""The demo's key may do everything, on whatever database it runs; so it expires."""


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """Where a demo runs: its folder, its settings, and the environment of its child processes."""

    folder: Path
    settings: Settings
    environ: Mapping[str, str]
    is_ours: bool
    """Whether the database belongs to the demo, which creates it anew: no variable names one."""

    @property
    def orders(self) -> Path:
        return self.folder / "orders.csv"

    @property
    def brand(self) -> Path:
        return self.folder / BRAND

    @property
    def server_log(self) -> Path:
        return self.folder / "server.log"

    @property
    def simulator_log(self) -> Path:
        return self.folder / "simulator.log"


def place_of(folder: Path, environ: Mapping[str, str], port: int | None) -> DemoSettings:
    """Read the settings from the environment, with the demo's own defaults.

    The database and the brand are then files in the folder, pages of development servers are
    allowed, and the access log is off.

    Raises WrongInput.
    """
    defaults = {
        "WHEREABOUTS_DATABASE_URL": f"sqlite://{folder.resolve()}/{DATABASE}",
        "WHEREABOUTS_BRAND": str(folder.resolve() / BRAND),
        "WHEREABOUTS_ALLOWED_ORIGINS": ",".join(DEVELOPMENT_ORIGINS),
        # The simulator sends several requests a second, for as long as the demo runs.
        "WHEREABOUTS_ACCESS_LOG": "off",
        # When it plays history, it sends as fast as it is answered.
        "WHEREABOUTS_REQUESTS_PER_MINUTE_PER_KEY": "0",
        "WHEREABOUTS_COST_PER_MINUTE_PER_KEY": "0",
    }
    chosen = {**defaults, **environ}
    if port is not None:
        chosen["WHEREABOUTS_PORT"] = str(port)
    try:
        settings = Settings.from_env(chosen)
    except SettingsError as error:
        raise WrongInput(str(error)) from error
    return DemoSettings(folder, settings, chosen, is_ours="WHEREABOUTS_DATABASE_URL" not in environ)


@contextmanager
def only_demo(folder: Path) -> Generator[None, None, None]:
    """Hold the folder for one demo.

    Raises Failure if another demo runs there, or if the folder has files that are not a demo's.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / LOCK).exists():
            raise Failure(f"{folder} has other files; the demo needs a folder of its own.")
    except OSError as error:
        raise Failure(f"{folder} cannot be used: {error}") from error
    with ExitStack() as stack:
        try:
            stack.enter_context(file_lock(folder / LOCK))
        except Locked as error:
            raise Failure("Another demo is running; stop it first.") from error
        except sqlite3.Error as error:
            raise Failure(f"{folder} cannot be used: {error}") from error
        yield


def remove_database(folder: Path) -> None:
    """Remove the database that an earlier demo has left."""
    for ending in ("", "-wal", "-shm"):
        (folder / f"{DATABASE}{ending}").unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class DemoData:
    """The products of a demo: the secret of its key, and tracking ids of examples by title."""

    key: str
    examples: Mapping[str, str]


async def fill(place: DemoSettings, count: int) -> DemoData:
    """Create the tables, an API key and, unless there are orders, sample orders and examples."""
    url = place.settings.database_url.get_secret_value()
    place.brand.write_text(BRAND_TEXT)
    click.echo("Creating the tables and an API key.")
    await migrate(url)
    async with open_database(url, connections=CONNECTIONS):
        _, secret = await create_key("demo", Scope, datetime.now(UTC) + KEY_LIFE)
        existing = await Order.all().count()
        if existing:
            click.echo(f"The database has {existing} orders; no others are added.")
            return DemoData(secret, {})
        tracker = Tracker(announce=lambda _head: None)
        await _import_orders(tracker, place.orders, count)
        return DemoData(secret, await place_examples(tracker))


async def _import_orders(tracker: Tracker, file: Path, count: int) -> None:
    click.echo(f"Writing {count} orders of the last {DAYS} days to {file}.")
    write_orders(file, count, days=DAYS)
    click.echo("Importing them, as `whereabouts import` does (half a minute on a slow machine).")
    tally = await import_orders(tracker, file)
    click.echo(summary(tally, default_rejects(file)))
