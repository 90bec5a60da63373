"""A consumer of the log handles every change once and in order, whatever fails in between."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from database.connections import connection
from models.changes import LogHead
from models.rollups import ROLLUP_CURSOR_ID, RollupCursor
from projections import consumer
from projections.consumer import ChangeRow, Cursor, LogConsumer
from tests.factories.acts import make_order
from tests.log_messages import messages_of
from tests.timeouts import TIMEOUT, poll_until
from unit_of_work.epochs import begin_epoch
from unit_of_work.unit_of_work import Tracker

CURSOR = Cursor("rollup_cursor", ROLLUP_CURSOR_ID, lock=7_726_999)
POSITIONS = [1, 2, 3, 4, 5, 6]
"""Each of the three orders is created and confirmed."""

pytestmark = pytest.mark.usefixtures("db", "changes")


@dataclass
class RecordingHandler:
    """Records the positions of each batch, and fails as it is told to."""

    batches: list[list[int]] = field(default_factory=list)
    largest_batch: int = len(POSITIONS)
    failing_position: int | None = None
    is_complete: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, changes: Sequence[ChangeRow]) -> None:
        positions = [position for position, _ in changes]
        if len(positions) > self.largest_batch:
            raise TimeoutError
        if self.failing_position in positions:
            self.failing_position = None
            raise ValueError("The handler fails once.")
        self.batches.append(positions)
        if POSITIONS[-1] in positions:
            self.is_complete.set()


@pytest.fixture
async def changes(tracker: Tracker, db: str) -> None:
    for _ in range(len(POSITIONS) // 2):
        await make_order(tracker)
    assert (await LogHead.get()).position == POSITIONS[-1]


@pytest.fixture
def handler() -> RecordingHandler:
    return RecordingHandler()


@pytest.fixture
def log_consumer(handler: RecordingHandler, monkeypatch: pytest.MonkeyPatch) -> LogConsumer:
    monkeypatch.setattr(consumer, "BATCH", 4)
    monkeypatch.setattr(consumer, "BATCH_ON_SQLITE", 4)
    monkeypatch.setattr(consumer, "INTERVAL", 0.01)
    return LogConsumer("The recording consumer", CURSOR, ("kind",), handler, "rebuild")


async def test_changes_are_handled_in_order_and_in_batches(
    log_consumer: LogConsumer, handler: RecordingHandler
) -> None:
    assert await log_consumer.catch_up() == len(POSITIONS)

    assert handler.batches == [[1, 2, 3, 4], [5, 6]]
    assert (await RollupCursor.get()).position == POSITIONS[-1]
    assert await log_consumer.catch_up() == 0


async def test_a_batch_that_takes_too_long_is_halved_until_it_does_not(
    log_consumer: LogConsumer, handler: RecordingHandler
) -> None:
    handler.largest_batch = 1

    assert await log_consumer.catch_up() == len(POSITIONS)

    assert handler.batches == [[position] for position in POSITIONS]


async def test_a_failed_batch_does_not_move_the_cursor(
    log_consumer: LogConsumer, handler: RecordingHandler
) -> None:
    handler.failing_position = 5

    with pytest.raises(ValueError, match="fails once"):
        await log_consumer.catch_up()
    assert (await RollupCursor.get()).position == 4

    assert await log_consumer.catch_up() == 2
    assert handler.batches == [[1, 2, 3, 4], [5, 6]]


async def test_the_task_goes_on_after_a_failure(
    log_consumer: LogConsumer, handler: RecordingHandler, caplog: pytest.LogCaptureFixture
) -> None:
    handler.failing_position = 1

    async with asyncio.timeout(TIMEOUT), log_consumer.task():
        await handler.is_complete.wait()

    assert messages_of(caplog.records) == [
        "The recording consumer failed; it tries again in 0.01 s."
    ]
    assert handler.batches == [[1, 2, 3, 4], [5, 6]]


@pytest.mark.usefixtures("log_consumer")
async def test_two_consumers_with_one_cursor_handle_each_change_once() -> None:
    async def store(changes: Sequence[ChangeRow]) -> None:
        for position, kind in changes:
            await connection().execute_query(
                "INSERT INTO idempotency_key (key, content, subject_id, created_at)"
                f" SELECT '{position}', '{kind}', order_id, recorded_at FROM change"
                f" WHERE position = {position}"
            )

    storing = LogConsumer("The storing consumer", CURSOR, ("kind",), store, "rebuild")

    handled = await asyncio.gather(storing.catch_up(), storing.catch_up())

    assert sum(handled) == len(POSITIONS)
    rows = await connection().execute_query_dict("SELECT key FROM idempotency_key ORDER BY key")
    assert [int(row["key"]) for row in rows] == POSITIONS
    assert (await RollupCursor.get()).position == POSITIONS[-1]


async def test_skipping_to_the_head_leaves_nothing_to_handle(
    log_consumer: LogConsumer, handler: RecordingHandler
) -> None:
    await log_consumer.skip_to_head()

    assert await log_consumer.catch_up() == 0
    assert handler.batches == []


async def test_a_new_epoch_of_the_log_leaves_nothing_to_handle(
    log_consumer: LogConsumer, handler: RecordingHandler
) -> None:
    await log_consumer.catch_up()
    epoch = await begin_epoch()

    assert await log_consumer.catch_up() == 0

    assert (await RollupCursor.get()).position == epoch
    assert handler.batches == [[1, 2, 3, 4], [5, 6]]


async def test_changes_before_and_after_the_beginning_of_an_epoch_are_handled(
    log_consumer: LogConsumer, handler: RecordingHandler, tracker: Tracker
) -> None:
    epoch = await begin_epoch()
    await make_order(tracker)

    assert await log_consumer.catch_up() == len(POSITIONS) + 2

    assert handler.batches == [[1, 2, 3, 4], [5, 6, epoch + 1, epoch + 2]]


async def test_a_cursor_beyond_the_log_handles_nothing_and_says_what_to_do(
    log_consumer: LogConsumer, handler: RecordingHandler, caplog: pytest.LogCaptureFixture
) -> None:
    await RollupCursor.all().update(position=9)

    async with log_consumer.task():
        await poll_until(lambda: caplog.records)

    assert messages_of(caplog.records) == [
        "The recording consumer fails: CursorBeyondLog: The recording consumer has handled changes"
        " up to position 9, but the log ends at 6: they were not restored from the same copy."
        " Run `rebuild`."
    ]
    assert handler.batches == []
