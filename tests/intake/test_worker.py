"""The worker reads what was stored at once, and tries again what may pass."""

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

import pytest

from errors import Unavailable
from intake.storage import store
from intake.worker import AWAY, IntakeWorker, Outcome
from models.enums.intakes import IntakeState, ReceiverType
from models.intakes import Intake
from tests.intake.deliveries import build_delivery, make_intakes
from tests.log_messages import messages_of
from tests.timeouts import TIMEOUT

pytestmark = pytest.mark.usefixtures("db")


class StubReader:
    """Has an outcome or an error for each call, and tells what it was given."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self._outcomes = iter(outcomes)
        self.bodies: asyncio.Queue[bytes] = asyncio.Queue()

    async def __call__(self, intake: Intake) -> Outcome:
        self.bodies.put_nowait(intake.body)
        outcome = next(self._outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def worker_of(reader: StubReader) -> IntakeWorker:
    return IntakeWorker({ReceiverType.SOURCE: reader})


async def rows() -> Sequence[tuple[IntakeState, str | None]]:
    return [(row.state, row.problem) for row in await Intake.all().order_by("received_at", "id")]


async def test_outcomes_are_recorded() -> None:
    await make_intakes(b"1", b"2", b"3")
    outcomes = [
        (IntakeState.APPLIED, None),
        (IntakeState.IGNORED, "Nothing to do."),
        (IntakeState.FAILED, "A field is missing."),
    ]
    worker = worker_of(StubReader(*[Outcome(*outcome) for outcome in outcomes]))

    assert [await worker.read_next() for _ in range(4)] == [True, True, True, False]

    assert await rows() == outcomes


async def test_receivers_take_turns_however_many_bodies_of_one_wait() -> None:
    large, small, other = UUID(int=2), UUID(int=1), UUID(int=3)
    for receiver, count in ((large, 5), (small, 1), (other, 2)):
        for number in range(count):
            body = b"%d %d" % (receiver.int, number)
            await store(build_delivery(receiver_id=receiver, body=body))
    reader = StubReader(*[Outcome(IntakeState.APPLIED)] * 9)
    worker = worker_of(reader)

    for _ in range(3):
        await worker.read_next()
    await store(build_delivery(receiver_id=small, body=b"1 late"))
    while await worker.read_next():
        pass

    bodies = [reader.bodies.get_nowait() for _ in range(9)]
    assert bodies[:3] == [b"1 0", b"2 0", b"3 0"]
    assert bodies[3:6] == [b"1 late", b"2 1", b"3 1"]
    assert bodies[6:] == [b"2 2", b"2 3", b"2 4"]


@pytest.mark.parametrize(
    ("error", "level", "problem"),
    [
        (Unavailable(), logging.WARNING, AWAY),
        (KeyError("secret"), logging.ERROR, "This program failed with KeyError."),
    ],
)
async def test_what_a_reader_raises_is_tried_again(
    error: Exception, level: int, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    await make_intakes(b"1")
    worker = worker_of(StubReader(error, Outcome(IntakeState.APPLIED)))

    assert await worker.read_next() is True
    assert await rows() == [(IntakeState.RECEIVED, problem)]
    row = await Intake.get()
    assert row.due_at > row.received_at
    (record,) = [record for record in caplog.records if record.name == "whereabouts.intake"]
    assert record.levelno == level

    await Intake.all().update(due_at=row.received_at)
    assert await worker.read_next() is True
    assert await rows() == [(IntakeState.APPLIED, None)]


async def test_a_worker_whose_body_was_taken_over_settles_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await make_intakes(b"1")

    class SlowReader(StubReader):
        async def __call__(self, intake: Intake) -> Outcome:
            await Intake.all().update(attempts=2)
            return await super().__call__(intake)

    worker = worker_of(SlowReader(Outcome(IntakeState.FAILED, "overtaken")))
    with caplog.at_level(logging.WARNING, "whereabouts.intake"):
        await worker.read_next()

    assert await rows() == [(IntakeState.RECEIVED, None)]
    assert messages_of(caplog.records)[-1].endswith("was read by another process meanwhile.")


async def test_a_running_worker_reads_what_is_there_and_what_comes() -> None:
    await make_intakes(b"1")
    reader = StubReader(*[Outcome(IntakeState.APPLIED)] * 3)
    worker = worker_of(reader)

    async with worker.task(), asyncio.timeout(TIMEOUT):
        assert await reader.bodies.get() == b"1"
        await store(build_delivery(body=b"2"))
        worker.wake()
        assert await reader.bodies.get() == b"2"
        # Another process has stored this one, and wakes nobody here.
        await store(build_delivery(body=b"3"))
        assert await reader.bodies.get() == b"3"
