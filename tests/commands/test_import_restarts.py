"""An import that is run again goes on where it stopped, and stores nothing twice."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from access.viewer import Viewer
from commands.importing.order_file import inspect_file
from commands.importing.readers import reader_of
from commands.importing.reading_options import ReadingOptions
from commands.importing.rejects import Rejects
from commands.importing.storing import CreateOrders, Importer, Tally
from errors import DomainError, Unavailable
from models.changes import Change
from simulator.order_files import write_orders
from tests.commands.order_files import (
    build_csv_line,
    import_into,
    read_rejects,
    read_stored_rows,
    write_csv_file,
)
from tracking.inputs import OrderDraft
from tracking.orders.creation import create_orders
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

NEWEST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["orders.csv", "orders.jsonl"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of a hundred orders."""
    path = tmp_path / str(request.param)
    write_orders(path, 100, until=NEWEST)
    return path


class FaultyStore:
    """Stores orders as the product does, but fails for chosen ones."""

    def __init__(self, *failing: int, error: BaseException | None = None) -> None:
        self.calls = 0
        self._failing = failing
        self._error = error or Unavailable()

    async def __call__(
        self, tracker: Tracker, viewer: Viewer, drafts: Sequence[OrderDraft]
    ) -> Sequence[UUID | DomainError]:
        self.calls += 1
        if self.calls in self._failing:
            raise self._error
        return await create_orders(tracker, viewer, drafts)


async def store(
    tracker: Tracker, file: Path, create: CreateOrders, pauses: Sequence[float]
) -> Tally:
    """Imports the file without the command line."""
    inspected = inspect_file(file, None, None)
    reader = reader_of(inspected.format, ReadingOptions(), print)
    with inspected.opened() as lines, Rejects(file.with_name("rejects"), reader) as rejects:
        importer = Importer(tracker, rejects, create=create, pauses=pauses)
        with suppress(Unavailable, asyncio.CancelledError):
            await importer.store_all(reader.read(lines), 10, lambda: None)
    return importer.tally


async def test_importing_a_file_again_changes_nothing(tracker: Tracker, file: Path) -> None:
    first = await import_into(tracker, file, batch=30)
    before, changes = await read_stored_rows(), await Change.all().count()

    second = await import_into(tracker, file, batch=7)

    assert first == Tally(new=100)
    assert second == Tally(earlier=100)
    assert await Change.all().count() == changes == 100
    assert await read_stored_rows() == before
    assert read_rejects(file) == ""


async def test_a_stopped_import_that_is_run_again_ends_as_if_it_had_not_been(
    tracker: Tracker, file: Path
) -> None:
    stopped = await store(tracker, file, FaultyStore(5, 6, 7), pauses=(0, 0))
    assert stopped == Tally(new=40)

    again = await import_into(tracker, file)

    assert again == Tally(new=60, earlier=40)
    assert len((await read_stored_rows())["orders"]) == 100
    assert await Change.all().count() == 100


async def test_an_interrupted_import_that_is_run_again_ends_as_if_it_had_not_been(
    tracker: Tracker, file: Path
) -> None:
    interrupted = await store(
        tracker, file, FaultyStore(5, error=asyncio.CancelledError()), pauses=()
    )
    assert interrupted == Tally(new=40)

    assert await import_into(tracker, file) == Tally(new=60, earlier=40)


async def test_a_database_that_is_away_for_a_while_is_waited_for(
    tracker: Tracker, file: Path
) -> None:
    create = FaultyStore(2, 3, 7)

    assert await store(tracker, file, create, pauses=(0, 0)) == Tally(new=100)
    assert create.calls == 13


async def test_one_order_that_cannot_be_stored_does_not_keep_out_the_others(
    tracker: Tracker, tmp_path: Path
) -> None:
    file = write_csv_file(
        tmp_path, *(build_csv_line(reference=f"A-{number}") for number in range(3))
    )

    broken_line = build_csv_line(reference="A-1")
    # The batch fails, and then its second order fails by itself.
    tally = await store(tracker, file, FaultyStore(1, 3, error=OverflowError()), pauses=())

    assert tally == Tally(new=2, rejected=1)
    assert (tmp_path / "rejects").read_text() == (
        "line,reason,original\n"
        f'3,The database cannot hold it: a value is too large.,"{broken_line}"\n'
    )


async def test_an_order_that_stands_twice_is_stored_once(tracker: Tracker, tmp_path: Path) -> None:
    lines = [build_csv_line(reference=name) for name in ("A-1", "A-2", "A-1")]

    for batch in (1, 500):
        file = write_csv_file(tmp_path, *(line.replace("A-", f"{batch}-") for line in lines))
        assert await import_into(tracker, file, batch=batch) == Tally(new=2, earlier=1)


async def test_two_imports_at_once_both_succeed(tracker: Tracker, file: Path) -> None:
    other = file.with_name("others.csv")
    write_orders(other, 100, seed=8, until=datetime(2025, 1, 1, tzinfo=UTC))

    first, second = await asyncio.gather(
        import_into(tracker, file, batch=5), import_into(tracker, other, batch=5)
    )

    assert first == second == Tally(new=100)
    assert await Change.all().count() == 200
