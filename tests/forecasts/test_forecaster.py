"""The forecaster: one fit at a time, in a process that ends when it is no longer waited for."""

import asyncio
from pathlib import Path

import pytest

from errors import LimitExceeded
from models.buckets import TimeUnit
from resolvers.forecasts import forecaster
from resolvers.forecasts.asking import RHYTHMS
from resolvers.forecasts.forecaster import FitFailed, Forecast, Forecaster
from tests.services import is_alive
from tests.timeouts import poll_until

DAYS = RHYTHMS[TimeUnit.DAY]
ANSWER = '{"model": "none", "error": null, "points": []}'
HANGING = "import os, time; print(os.getpid(), file=open({log!r}, 'w')); time.sleep(600)"
NOTING = f"""
import os
with open({{log!r}}, "a") as log:
    print("begin", os.getpid(), file=log, flush=True)
    print({ANSWER!r})
    print("end", os.getpid(), file=log)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def fitting(monkeypatch: pytest.MonkeyPatch, log: Path, program: str) -> None:
    """Another program in the place of ours."""
    path = log.with_name("fitting.py")
    path.write_text(program.replace("{log!r}", repr(str(log))))
    monkeypatch.setattr(forecaster, "FITTING", path)


def lines_of(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def noted(log: Path) -> int:
    """Which process runs; 0 before one does."""
    return int("".join(lines_of(log)) or 0)


async def asked(of: Forecaster) -> Forecast:
    return await of.forecast([1] * 42, DAYS, 1)


async def test_a_fit_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, log: Path):
    fitting(monkeypatch, log, HANGING)
    monkeypatch.setattr(forecaster, "FORECAST_SECONDS", 2)
    of = Forecaster()

    with pytest.raises(LimitExceeded, match="This took longer than 2 seconds"):
        await asked(of)

    assert not is_alive(noted(log))
    fitting(monkeypatch, log, NOTING)
    assert (await asked(of)).model == "none"


async def test_a_fit_that_nobody_waits_for_is_ended(monkeypatch: pytest.MonkeyPatch, log: Path):
    fitting(monkeypatch, log, HANGING)
    waiting = asyncio.create_task(asked(Forecaster()))
    await poll_until(lambda: noted(log) > 0)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert not is_alive(noted(log))


async def test_fits_are_made_one_after_the_other(monkeypatch: pytest.MonkeyPatch, log: Path):
    fitting(monkeypatch, log, NOTING)
    of = Forecaster()

    await asyncio.gather(*(asked(of) for _ in range(3)))

    lines = [line.split() for line in lines_of(log)]
    assert [word for word, _ in lines] == ["begin", "end"] * 3
    assert len({number for _, number in lines}) == 3


async def test_few_may_wait(monkeypatch: pytest.MonkeyPatch, log: Path):
    fitting(monkeypatch, log, HANGING)
    of = Forecaster()
    under_way = [asyncio.create_task(asked(of)) for _ in range(forecaster.MAXIMUM_WAITING + 1)]
    await asyncio.sleep(0)

    with pytest.raises(LimitExceeded, match="Other forecasts are being made"):
        await asked(of)

    for one in under_way:
        one.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)
    fitting(monkeypatch, log, NOTING)
    assert (await asked(of)).model == "none"


async def test_a_fit_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, log: Path):
    fitting(monkeypatch, log, "raise ImportError('a broken library')")

    with pytest.raises(FitFailed, match="ImportError: a broken library"):
        await asked(Forecaster())
