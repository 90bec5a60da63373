"""`whereabouts import`: orders from a file."""

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
"""Orders of a transaction: a quarter of a second, in which nobody else can write to SQLite."""
LARGEST_BATCH = 2000
COLLECTION_THRESHOLDS = (50_000, 20, 100)
GO_ON = "What is stored stays; run the import again to go on."
STDIN = Path("-")


@click.command("import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="Else by FILE's ending.")
@click.option(
    "--batch",
    default=BATCH,
    show_default=True,
    type=click.IntRange(1, LARGEST_BATCH),
    help="Orders stored at a time.",
)
@click.pass_context
def import_command(context: click.Context, file: Path, form: str | None, batch: int) -> None:
    """Import orders from FILE, or from standard input if it is `-`.

    JSON Lines (.jsonl, .ndjson) has an order on each line, in the shape of the API's
    OrderCreateInput. CSV has an item on each line; neighbouring lines with the same
    idempotency_key or reference are one order, and repeat what is the order's or leave it empty.
    The README lists its columns.
    Money is written like 12.50, times like 2026-03-01T14:05:00Z; the cell `metadata` is a JSON
    object.

    An order that is there already is left as it is, so a stopped import goes on when it is run
    again. What is refused stands with the reason in FILE.rejects; all else is imported.

    Exit codes: 0 all is imported, 1 something was refused, 2 the file cannot be read, 3 the
    import was stopped before the end.
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
    """Into the database of the settings."""
    async with migrated_database(settings):
        # Followers of a server beside us find the changes by its own look at the log.
        return await import_orders(Tracker(announce=lambda _head: None), file, form, batch)


async def import_orders(tracker: Tracker, file: Path, form: Format, batch: int = BATCH) -> Tally:
    """Into the open database. Raises UnreadableFile, or Stopped when the database stays away."""
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
    """Only a file of several lines an order can scatter them; standard input is read but once."""
    if not form.has_lines_for_items or file == STDIN:
        return frozenset()
    with _opened(file) as stream:
        return scattered_keys(form.read(Lines(stream), lambda _message: None))


def rejects_path(file: Path) -> Path:
    """Beside the file; what came by standard input has no other place than this."""
    return Path("stdin.rejects") if file == STDIN else file.with_name(f"{file.name}.rejects")


def summary(tally: Tally, rejects: Path) -> str:
    orders = tally.new + tally.earlier + tally.rejected
    said = f"{orders} orders: {tally.new} new, {tally.earlier} already there"
    return f"{said}, {tally.rejected} rejected" + (f" (see {rejects})." if tally.rejected else ".")


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    if file == STDIN:
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{error.strerror}.") from error


def _progress(stream: BinaryIO, file: Path) -> "tqdm[None]":
    """By bytes, which are known before the orders are; only on a terminal."""
    size = None if file == STDIN else os.fstat(stream.fileno()).st_size
    return tqdm(
        total=size, desc=file.name, unit="B", unit_scale=True, disable=None, file=sys.stderr
    )


@contextmanager
def _rare_collections() -> Generator[None, None, None]:
    """A batch makes a hundred thousand objects that all live until its end: looking for garbage
    among them every few hundred costs a sixth of the time, and finds none."""
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
