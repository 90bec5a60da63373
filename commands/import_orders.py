"""`whereabouts import`: imports orders from a file."""

import gc
import os
import sys
from collections.abc import Generator, Set
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

import click
from tqdm import tqdm

from commands.command_runtime import Stopped, WrongInput, migrated_database, read_settings, run
from commands.importing.formats import FORMATS, Format, format_of
from commands.importing.lines import Lines, UnreadableFile
from commands.importing.rejects import Rejects
from commands.importing.scattered import refuse_scattered, scattered_keys
from commands.importing.storing import Importer, Tally
from config import Settings
from errors import Unavailable
from unit_of_work.unit_of_work import Tracker

BATCH = 500
"""Orders of one transaction: it takes a quarter of a second, in which nothing else can write to
SQLite."""
LARGEST_BATCH = 2000
COLLECTION_THRESHOLDS = (50_000, 20, 100)
GO_ON = "What is stored stays; run the import again to go on."
STDIN = Path("-")


@click.command("import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="Format of FILE.  [default: by its ending]",
)
@click.option(
    "--batch",
    default=BATCH,
    show_default=True,
    type=click.IntRange(1, LARGEST_BATCH),
    help="Orders stored in one transaction.",
)
@click.pass_context
def import_command(context: click.Context, file: Path, form: str | None, batch: int) -> None:
    """Import orders from a file.

    FILE is a path, or `-` for standard input.

    In JSON Lines (.jsonl, .ndjson) each line is an order in the shape of the API's
    OrderCreateInput.

    In CSV (.csv) each line is an item. The lines of an order stand together and have the same
    idempotency_key or reference; the other columns of the order may be empty after its first line.
    docs/usage.md lists all columns. Amounts are written like 12.50, times like
    2026-03-01T14:05:00Z, and the column metadata holds a JSON object.

    Orders that exist already are left unchanged, so an import that was stopped can be run again.
    Orders that are refused are written to FILE.rejects with the reason; all others are imported.

    Exit codes: 0 if everything was imported, 1 if orders were refused, 2 if the file cannot be
    read, 3 if the import was stopped before its end.
    """
    tally = _import(file, form, batch)
    click.echo(summary(tally, rejects_path(file)), err=True)
    context.exit(1 if tally.rejected else 0)


def _import(file: Path, form: str | None, batch: int) -> Tally:
    settings = read_settings()
    try:
        return run(import_file(settings, file, format_of(file, form), batch))
    except UnreadableFile as error:
        raise WrongInput(f"{file} cannot be read: {error}") from error
    except KeyboardInterrupt as error:
        raise Stopped(f"Interrupted. {GO_ON}") from error


async def import_file(settings: Settings, file: Path, form: Format, batch: int = BATCH) -> Tally:
    """Import a file into the database of the settings."""
    async with migrated_database(settings):
        # A running server finds the changes by its own reading of the log.
        return await import_orders(Tracker(announce=lambda _head: None), file, form, batch)


async def import_orders(tracker: Tracker, file: Path, form: Format, batch: int = BATCH) -> Tally:
    """Import a file into the open database.

    Raises UnreadableFile, or Stopped when the database stays away.
    """
    scattered = _scattered(file, form)
    with _opened(file) as stream, Rejects(rejects_path(file), form) as rejects:
        lines, importer = Lines(stream), Importer(tracker, rejects)
        entries = refuse_scattered(form.read(lines, _warn), scattered)
        with _progress(stream, file) as bar, _rare_collections():
            try:
                await importer.store_all(
                    entries, batch, lambda: bar.update(lines.bytes_read - bar.n)
                )
            except Unavailable as error:
                raise Stopped(f"The database stays away. {GO_ON}") from error
    return importer.tally


def _scattered(file: Path, form: Format) -> Set[int]:
    """Return the keys of orders whose lines do not stand together.

    Only a format with several lines for an order can have them; standard input can be read only
    once, so it is not checked.
    """
    if not form.has_lines_for_items or file == STDIN:
        return frozenset()
    with _opened(file) as stream:
        return scattered_keys(form.read(Lines(stream), lambda _message: None))


def rejects_path(file: Path) -> Path:
    """Return the path of the rejects: beside the file, or in this folder for standard input."""
    return Path("stdin.rejects") if file == STDIN else file.with_name(f"{file.name}.rejects")


def summary(tally: Tally, rejects: Path) -> str:
    orders = tally.new + tally.earlier + tally.rejected
    counts = f"{tally.new} new, {tally.earlier} already there, {tally.rejected} rejected"
    return f"{orders} orders: {counts}" + (f" (see {rejects})." if tally.rejected else ".")


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    if file == STDIN:
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{error.strerror}.") from error


def _progress(stream: BinaryIO, file: Path) -> "tqdm[None]":
    """Show progress in bytes, whose sum is known before the file is read; only on a terminal."""
    size = None if file == STDIN else os.fstat(stream.fileno()).st_size
    return tqdm(
        total=size, desc=file.name, unit="B", unit_scale=True, disable=None, file=sys.stderr
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


def _warn(message: str) -> None:
    click.echo(f"Warning: {message}", err=True)
