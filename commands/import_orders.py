"""`whereabouts import`: imports orders from a file."""

import gc
import sys
from collections.abc import Generator, Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from commands.command_runtime import Stopped, WrongInput, migrated_database, read_settings, run
from commands.import_options import read_options, reading_options
from commands.importing.entries import Entry
from commands.importing.lines import UnreadableFile
from commands.importing.order_file import STDIN, FileFormat, OrderFile, inspect_file
from commands.importing.readers import reader_of
from commands.importing.reading_options import ReadingOptions
from commands.importing.rejects import STDOUT, Rejects
from commands.importing.scattered import refuse_scattered, scattered_keys
from commands.importing.storing import Importer, Tally
from commands.terminal_text import printable
from config import Settings
from errors import Unavailable
from models.carrier_families import CarrierFamilies
from unit_of_work.unit_of_work import Tracker

BATCH = 500
"""Orders of one transaction: it takes a quarter of a second, in which nothing else can write to
SQLite."""
LARGEST_BATCH = 2000
COLLECTION_THRESHOLDS = (50_000, 20, 100)
GO_ON = "What is stored stays; run the import again to go on."
AS_RECOGNISED = ReadingOptions()


@click.command("import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@reading_options
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="File for the lines of refused orders, or `-` for standard output."
    "  [default: FILE.rejects]",
)
@click.option(
    "--batch",
    default=BATCH,
    show_default=True,
    type=click.IntRange(1, LARGEST_BATCH),
    help="Orders stored in one transaction.",
)
@click.pass_context
def import_command(
    context: click.Context, /, file: Path, rejects: Path | None, batch: int, **options: Any
) -> None:
    """Import orders from a file.

    FILE is a path, or `-` for standard input. Its format, encoding and separator are recognised.

    In JSON each order has the shape of the API's OrderCreateInput. The orders stand one on each
    line (.jsonl), or in one list.

    In CSV each line is an item. The lines of an order stand together and have the same
    idempotency_key or reference; the other columns of the order may be empty after its first line.
    Amounts are written like 12.50, times like 2026-03-01T14:05:00Z, and the column metadata holds a
    JSON object. The exports of Shopify, WooCommerce, Magento, Amazon, eBay, Etsy and Odoo are read
    as they are; the columns of other files are named by --columns. docs/import.md describes all
    columns and maps.

    Orders that exist already are left unchanged, so an import that was stopped can be run again.
    Orders that are refused are written to FILE.rejects with the reasons; all others are imported.

    Exit codes: 0 if everything was imported, 1 if orders were refused, 2 if the file cannot be
    read, 3 if the import was stopped before its end.
    """
    target = rejects or default_rejects(file)
    if file != STDIN and target.exists() and target.samefile(file):
        raise click.UsageError("--rejects would overwrite FILE.")
    tally = _import(file, target, batch, options)
    if tally.first_reject is not None:
        line, reason = tally.first_reject
        _say(f"The first rejected order, on line {line}: {printable(reason)}")
    _say(summary(tally, target))
    context.exit(1 if tally.rejected else 0)


def _import(file: Path, rejects: Path, batch: int, options: Mapping[str, Any]) -> Tally:
    settings = read_settings()
    try:
        said = read_options(**options)
    except UnreadableFile as error:
        raise WrongInput(str(error)) from error
    try:
        return run(import_file(settings, file, said, batch, rejects))
    except UnreadableFile as error:
        raise WrongInput(f"{file} cannot be read: {error}") from error
    except KeyboardInterrupt as error:
        raise Stopped(f"Interrupted. {GO_ON}") from error


async def import_file(
    settings: Settings,
    file: Path,
    options: ReadingOptions = AS_RECOGNISED,
    batch: int = BATCH,
    rejects: Path | None = None,
) -> Tally:
    """Import a file into the database of the settings."""
    async with migrated_database(settings):
        # A running server finds the changes by its own reading of the log.
        families = CarrierFamilies().extended(settings.carrier_families)
        tracker = Tracker(announce=lambda _head: None, families=families)
        return await import_orders(tracker, file, options, batch, rejects)


async def import_orders(
    tracker: Tracker,
    path: Path,
    options: ReadingOptions = AS_RECOGNISED,
    batch: int = BATCH,
    rejects: Path | None = None,
) -> Tally:
    """Import a file into the open database.

    Raises UnreadableFile, or Stopped when the database stays away.
    """
    file = inspect_file(path, options.is_csv, options.encoding)
    if file.note is not None:
        _say(file.note)
    scattered = _scattered(file, options)
    reader = reader_of(file.format, options, _say)
    with file.opened() as lines, Rejects(rejects or default_rejects(path), reader) as refused:
        importer = Importer(tracker, refused)
        entries = refuse_scattered(reader.read(lines), scattered)
        with _progress(file) as bar, _rare_collections():
            try:
                await importer.store_all(
                    entries, batch, lambda: bar.update(lines.bytes_read - bar.n)
                )
            except Unavailable as error:
                raise Stopped(f"The database stays away. {GO_ON}") from error
    return importer.tally


def _scattered(file: OrderFile, options: ReadingOptions) -> Set[int]:
    """Return the keys of orders whose lines do not stand together.

    Only a format with several lines for an order can have them; standard input can be read only
    once, so it is not checked.
    """
    if file.format is not FileFormat.CSV or file.is_stdin:
        return frozenset()

    def read() -> Iterator[Entry]:
        with file.opened() as lines:
            yield from reader_of(file.format, options, lambda _message: None).read(lines)

    return scattered_keys(read)


def default_rejects(file: Path) -> Path:
    """Return the path of the rejects: beside the file, or in this folder for standard input."""
    return Path("stdin.rejects") if file == STDIN else file.with_name(f"{file.name}.rejects")


def summary(tally: Tally, rejects: Path) -> str:
    orders = tally.new + tally.earlier + tally.rejected
    counts = f"{tally.new} new, {tally.earlier} already there, {tally.rejected} rejected"
    place = "standard output" if rejects == STDOUT else rejects
    noun = "order" if orders == 1 else "orders"
    return f"{orders} {noun}: {counts}" + (f" (see {place})." if tally.rejected else ".")


def _progress(file: OrderFile) -> "tqdm[None]":
    """Show progress in bytes, only on a terminal."""
    return tqdm(
        total=file.size,
        desc=file.path.name,
        unit="B",
        unit_scale=True,
        disable=None,
        file=sys.stderr,
    )


@contextmanager
def _rare_collections() -> Generator[None, None, None]:
    """Collect garbage rarely.

    A batch makes a hundred thousand objects that all live until its end: looking for garbage among
    them every few hundred objects takes a sixth of the time and finds none.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _say(message: str) -> None:
    click.echo(message, err=True)
