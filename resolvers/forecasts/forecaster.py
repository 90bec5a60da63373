"""The forecaster: fits run in a process of their own, one at a time, and hold up nobody."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import orjson

from errors import Invalid, LimitExceeded
from resolvers.forecasts.arguments import Rhythm

LIBRARY = "statsmodels"
MISSING = (
    "Forecasts are not installed here. Whoever runs this service adds them by"
    " pip install 'whereabouts[forecast]'."
)
FITTING = Path(__file__).with_name("fitting.py")
FORECAST_SECONDS = 20
"""One or two are taken, nearly all of them by the library to start; on a busy machine several times
that. The answer still has to be sent in time."""
MAXIMUM_WAITING = 4
"""Forecasts that wait for the one that is being made: more could not be made in time."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""For so few numbers more are slower, and would take processors from those who serve."""
NEEDED = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "TEMP")
"""Of the environment. The rest holds secrets, which are none of a library's business."""
LAST_WORDS = 2_000
"""Characters that tell why a fit failed."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Of a bucket: the mean, and between what 80 and 95 of 100 lie."""

    expected: float
    low80: float
    high80: float
    low95: float
    high95: float


@dataclass(frozen=True, slots=True)
class Forecast:
    model: str
    error: float | None
    points: Sequence[Expected]


class FitFailed(Exception):
    """A bug of ours, or a library that does not work here."""


class Forecaster:
    """Of one server process."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._asked_for = 0

    def demand_library(self) -> None:
        """Raises Invalid where the extra is not installed. Nothing is imported for that."""
        if find_spec(LIBRARY) is None:
            raise Invalid(MISSING)

    async def forecast(self, counts: Sequence[int], rhythm: Rhythm, horizon: int) -> Forecast:
        """Raises LimitExceeded."""
        question = {
            "counts": counts,
            "season": rhythm.season,
            "held_back": rhythm.held_back,
            "horizon": horizon,
        }
        if self._asked_for > MAXIMUM_WAITING:
            raise LimitExceeded("Other forecasts are being made. Try again in a moment.")
        self._asked_for += 1
        try:
            async with asyncio.timeout(FORECAST_SECONDS), self._turn:
                answer = orjson.loads(await _fitted(orjson.dumps(question)))
        except TimeoutError as error:
            raise LimitExceeded(
                f"This took longer than {FORECAST_SECONDS} seconds. Try again in a moment."
            ) from error
        finally:
            self._asked_for -= 1
        points = [Expected(**point) for point in answer["points"]]
        return Forecast(answer["model"], answer["error"], points)


async def _fitted(question: bytes) -> bytes:
    # -P: no name beside the program hides one of the library's.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", str(FITTING)),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={name: os.environ[name] for name in NEEDED if name in os.environ} | ONE_THREAD,
    )
    try:
        answer, complaint = await process.communicate(question)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise FitFailed(complaint.decode(errors="replace")[-LAST_WORDS:])
    return answer
