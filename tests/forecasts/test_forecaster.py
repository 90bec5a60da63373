"""The forecaster runs one fit at a time, in a process that ends when nobody waits for it."""

import asyncio
from pathlib import Path

import pytest

from database.time_buckets import TimeUnit
from devservices.processes import is_alive
from errors import LimitExceeded
from resolvers.forecasts import forecaster
from resolvers.forecasts.arguments import SEASONALITIES
from resolvers.forecasts.forecaster import FitFailed, Forecast, Forecaster
from tests.timeouts import poll_until

DAYS = SEASONALITIES[TimeUnit.DAY]
ANSWER = '{"model": "none", "error": null, "points": []}'
HANGING_PROGRAM = "import os, time; print(os.getpid(), file=open({log!r}, 'w')); time.sleep(600)"
LOGGING_PROGRAM = f"""
import os
with open({{log!r}}, "a") as log:
    print("begin", os.getpid(), file=log, flush=True)
    print({ANSWER!r})
    print("end", os.getpid(), file=log)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def replace_program(monkeypatch: pytest.MonkeyPatch, log: Path, program: str) -> None:
    """Let the forecaster run this program instead of its own."""
    path = log.with_name("fitting.py")
    path.write_text(program.replace("{log!r}", repr(str(log))))
    monkeypatch.setattr(forecaster, "FITTING", path)


def lines_of(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def running_process(log: Path) -> int:
    """The id of the process that the program wrote last; 0 before it runs."""
    return int("".join(lines_of(log)) or 0)


async def request_forecast(subject: Forecaster, viewer: str = "a viewer") -> Forecast:
    return await subject.forecast([1] * 42, DAYS, 1, viewer)


async def test_a_fit_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, log: Path):
    replace_program(monkeypatch, log, HANGING_PROGRAM)
    monkeypatch.setattr(forecaster, "FORECAST_SECONDS", 2)
    subject = Forecaster()

    with pytest.raises(LimitExceeded, match="This took longer than 2 seconds"):
        await request_forecast(subject)

    assert not is_alive(running_process(log))
    replace_program(monkeypatch, log, LOGGING_PROGRAM)
    assert (await request_forecast(subject)).model == "none"


async def test_a_fit_that_nobody_waits_for_is_ended(monkeypatch: pytest.MonkeyPatch, log: Path):
    replace_program(monkeypatch, log, HANGING_PROGRAM)
    waiting = asyncio.create_task(request_forecast(Forecaster()))
    await poll_until(lambda: running_process(log) > 0)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert not is_alive(running_process(log))


async def test_fits_are_made_one_after_the_other(monkeypatch: pytest.MonkeyPatch, log: Path):
    replace_program(monkeypatch, log, LOGGING_PROGRAM)
    subject = Forecaster()

    await asyncio.gather(*(request_forecast(subject) for _ in range(3)))

    lines = [line.split() for line in lines_of(log)]
    assert [word for word, _ in lines] == ["begin", "end"] * 3
    assert len({number for _, number in lines}) == 3


async def test_only_a_few_requests_may_wait(monkeypatch: pytest.MonkeyPatch, log: Path):
    replace_program(monkeypatch, log, HANGING_PROGRAM)
    subject = Forecaster()
    under_way = [
        asyncio.create_task(request_forecast(subject, f"viewer {number}"))
        for number in range(forecaster.MAXIMUM_WAITING + 1)
    ]
    await asyncio.sleep(0)

    with pytest.raises(LimitExceeded, match="Other forecasts are being made"):
        await request_forecast(subject)

    for task in under_way:
        task.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)
    replace_program(monkeypatch, log, LOGGING_PROGRAM)
    assert (await request_forecast(subject)).model == "none"


async def test_one_key_leaves_places_to_others(monkeypatch: pytest.MonkeyPatch, log: Path):
    replace_program(monkeypatch, log, HANGING_PROGRAM)
    subject = Forecaster()
    under_way = [
        asyncio.create_task(request_forecast(subject, "one key"))
        for _ in range(forecaster.FORECASTS_PER_KEY)
    ]
    await asyncio.sleep(0)

    with pytest.raises(LimitExceeded) as refusal:
        await request_forecast(subject, "one key")
    other = asyncio.create_task(request_forecast(subject, "another key"))
    await asyncio.sleep(0)

    assert refusal.value.message == (
        "3 forecasts of yours are being made. Ask for this one after them."
    )
    assert not other.done()
    for task in (*under_way, other):
        task.cancel()
    await asyncio.gather(*under_way, other, return_exceptions=True)


async def test_a_fit_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, log: Path):
    replace_program(monkeypatch, log, "raise ImportError('a broken library')")

    with pytest.raises(FitFailed, match="ImportError: a broken library"):
        await request_forecast(Forecaster())
