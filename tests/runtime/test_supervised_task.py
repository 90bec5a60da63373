"""However supervised work ends, the end is logged once and the work restarts."""

import asyncio
import gc
import logging

import pytest

from runtime import supervised_task
from runtime.supervised_task import SupervisedTask
from tests.log_messages import messages_of
from tests.timeouts import TIMEOUT


@pytest.fixture(autouse=True)
def without_delay(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Supervised work restarts without a pause."""
    monkeypatch.setattr(supervised_task, "RESTART_DELAY", 0.0)
    caplog.set_level(logging.INFO)


class StubWork:
    """Stub work that records its runs; a test ends each run as it likes."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[asyncio.Future[None]] = asyncio.Queue()

    async def run(self) -> None:
        end = asyncio.get_running_loop().create_future()
        self.begun.put_nowait(end)
        await end

    async def next_run(self) -> asyncio.Future[None]:
        async with asyncio.timeout(TIMEOUT):
            return await self.begun.get()


async def test_work_that_raises_is_logged_once_and_restarts(caplog):
    work = StubWork()
    async with SupervisedTask("The work", work.run) as supervised:
        (await work.next_run()).set_exception(ZeroDivisionError("by mistake"))
        await work.next_run()

        assert supervised.is_running
        assert messages_of(caplog.records) == ["The work failed; it restarts in 0.0 s"]
        assert "ZeroDivisionError: by mistake" in caplog.text


@pytest.mark.parametrize("error", [SystemError(), asyncio.InvalidStateError(), BaseException()])
async def test_work_restarts_whatever_it_raises(error):
    work = StubWork()
    async with SupervisedTask("The work", work.run) as supervised:
        for _ in range(3):
            (await work.next_run()).set_exception(error)
        await work.next_run()

        assert supervised.is_running


async def test_work_that_returns_is_logged_once_and_restarts(caplog):
    work = StubWork()
    async with SupervisedTask("The work", work.run) as supervised:
        (await work.next_run()).set_result(None)
        await work.next_run()

        assert supervised.is_running
        assert messages_of(caplog.records) == ["The work ended unexpectedly; it restarts in 0.0 s"]


async def test_work_that_somebody_else_cancels_is_logged_once_and_restarts(caplog):
    work = StubWork()
    async with SupervisedTask("The work", work.run) as supervised:
        await work.next_run()
        [task] = [task for task in asyncio.all_tasks() if task.get_name() == "The work"]
        task.cancel()
        await work.next_run()

        assert supervised.is_running
        assert messages_of(caplog.records) == [
            "The work was cancelled from outside; it restarts in 0.0 s"
        ]


async def test_work_cancelled_before_its_first_step_restarts():
    work = StubWork()
    async with SupervisedTask("The work", work.run):
        [task] = [task for task in asyncio.all_tasks() if task.get_name() == "The work"]
        task.cancel()

        await work.next_run()


async def test_work_is_not_running_between_two_runs(monkeypatch):
    monkeypatch.setattr(supervised_task, "RESTART_DELAY", 3600.0)
    work = StubWork()
    supervised = SupervisedTask("The work", work.run)
    assert not supervised.is_running

    async with supervised:
        (await work.next_run()).set_result(None)
        while supervised.is_running:  # noqa: ASYNC110 (a property has no event)
            await asyncio.sleep(0)

    assert not supervised.is_running
    assert work.begun.empty()


async def test_stopping_ends_work_for_good_and_logs_nothing(caplog):
    work = StubWork()
    supervised = SupervisedTask("The work", work.run)
    supervised.start()
    end = await work.next_run()

    await supervised.stop()
    await supervised.stop()

    assert end.cancelled()
    assert not supervised.is_running
    assert work.begun.empty()
    assert messages_of(caplog.records) == []


async def test_stopping_work_that_was_never_started_does_nothing():
    await SupervisedTask("The work", StubWork().run).stop()


async def test_work_can_be_started_again_and_never_twice():
    work = StubWork()
    supervised = SupervisedTask("The work", work.run)
    supervised.start()
    supervised.start()
    await work.next_run()
    assert work.begun.empty()

    await supervised.stop()
    supervised.start()
    await work.next_run()
    assert supervised.is_running
    await supervised.stop()


async def test_work_that_never_ends_when_it_is_cancelled_is_abandoned(caplog):
    release, is_begun = asyncio.Event(), asyncio.Event()

    async def go_on() -> None:
        is_begun.set()
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    supervised = SupervisedTask("The work", go_on, stop_timeout=0.01)
    supervised.start()
    await is_begun.wait()

    async with asyncio.timeout(TIMEOUT):
        await supervised.stop()

    assert supervised.is_running
    assert messages_of(caplog.records) == ["The work did not end in 0.01 s; it is abandoned"]
    release.set()
    while supervised.is_running:  # noqa: ASYNC110 (a property has no event)
        await asyncio.sleep(0)
    assert len(caplog.records) == 1


async def test_work_that_fails_while_it_is_stopped_says_so(caplog):
    is_begun = asyncio.Event()

    async def fail() -> None:
        try:
            is_begun.set()
            await asyncio.Event().wait()
        finally:
            raise ZeroDivisionError

    supervised = SupervisedTask("The work", fail)
    supervised.start()
    await is_begun.wait()
    await supervised.stop()
    del supervised
    gc.collect()

    assert messages_of(caplog.records) == ["The work failed while it was stopped"]
    assert caplog.records[0].exc_info
