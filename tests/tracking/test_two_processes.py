"""Two processes write to one database, and neither fails because it is locked."""

import asyncio
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from access.viewer import SYSTEM
from database.connections import connection, open_database, transaction
from models.exceptions import ExceptionNote
from models.orders import Order
from tests.factories.acts import make_exception_id, make_order
from tests.tracking import writer_process
from tests.tracking.assertions import assert_log_is_gapless, current_head
from tracking.exceptions.commands import add_exception_note
from unit_of_work.unit_of_work import Tracker

ORDERS = 25
FOLDER = Path(__file__).parents[2]


async def start_another(url: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        writer_process.__name__,
        url,
        str(ORDERS),
        cwd=FOLDER,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    )


async def write(tracker: Tracker) -> None:
    id_ = await make_exception_id(tracker, await make_order(tracker))
    await asyncio.gather(
        *[add_exception_note(tracker, SYSTEM, id_, f"note {number}") for number in range(4)]
    )


@pytest.mark.slow
async def test_another_process_writes_beside_this_one(db: str, tracker: Tracker) -> None:
    other = await start_another(db)
    assert other.stdout is not None
    assert await other.stdout.readline() == b"ready\n"

    finished = asyncio.create_task(other.communicate(b"\n"))
    while not finished.done():
        await write(tracker)
    ours = await Order.all().count() - ORDERS

    _, complaints = await finished
    assert (other.returncode, complaints) == (0, b"")
    assert await Order.all().count() == ours + ORDERS > ORDERS
    assert await ExceptionNote.all().count() == 4 * (ours + ORDERS)
    assert await current_head() == 8 * (ours + ORDERS)
    await assert_log_is_gapless()


@pytest.fixture
def sqlite_file(engine: str, tmp_path: Path) -> Path:
    if engine != "sqlite":
        pytest.skip("SQLite alone locks its whole file.")
    return tmp_path / "new.sqlite3"


async def test_a_new_file_is_opened_while_another_writes_to_it(sqlite_file: Path) -> None:
    """SQLite then refuses to switch to the write-ahead log at once, without waiting."""
    other = sqlite3.connect(sqlite_file, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE one (a)")
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO one VALUES (1)")
    timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    timer.start()

    async with open_database(f"sqlite://{sqlite_file}", connections=1):
        modes = await connection().execute_query_dict("PRAGMA journal_mode")

    timer.join()
    other.close()
    assert modes == [{"journal_mode": "wal"}]


async def test_a_commit_that_fails_leaves_the_connection_usable(sqlite_file: Path) -> None:
    async with open_database(f"sqlite://{sqlite_file}", connections=1):
        async with transaction() as client:
            await client.execute_query("CREATE TABLE one (id INTEGER PRIMARY KEY)")
            await client.execute_query(
                "CREATE TABLE two (one INTEGER REFERENCES one DEFERRABLE INITIALLY DEFERRED)"
            )
        with pytest.raises(Exception, match="FOREIGN KEY"):
            async with transaction() as client:
                await client.execute_query("INSERT INTO two VALUES (7)")
        async with transaction() as client:
            assert await client.execute_query_dict("SELECT * FROM two") == []
