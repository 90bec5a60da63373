"""The forecaster: fits run one at a time in a separate process, beside the server."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import orjson

from errors import Invalid, LimitExceeded
from resolvers.forecasts.arguments import Seasonality

LIBRARY = "statsmodels"
MISSING = (
    "Forecasts are not installed here. Whoever runs this service adds them by"
    " pip install '.[forecast]' in the folder of its source."
)
FITTING = Path(__file__).with_name("fitting.py")
FORECAST_SECONDS = 20
"""The seconds that a fit may take. It needs one or two, nearly all to import the library, and
several times that on a busy machine. The result must still be sent in time."""
MAXIMUM_WAITING = 4
"""The most forecasts that wait for a running one: more could not be made in time."""
FORECASTS_PER_KEY = 3
"""The most forecasts of one key that wait or are made: others find a place, too."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""More threads are slower for so few numbers, and would take processors from the server."""
PASSED_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "TEMP")
"""The environment variables that a fit gets. Others hold secrets, which no library needs."""
MAXIMUM_ERROR_LENGTH = 2_000
"""The most characters of a failed fit's output that are logged."""


@dataclass(frozen=True, slots=True)
class ForecastPoint:
    """The forecast of a bucket: the mean, and the intervals of 80 % and 95 %."""

    expected: float
    low80: float
    high80: float
    low95: float
    high95: float


@dataclass(frozen=True, slots=True)
class Forecast:
    model: str
    error: float | None
    points: Sequence[ForecastPoint]


class FitFailed(Exception):
    """A fit failed because of a bug here or a library that does not work on this machine."""


class Forecaster:
    """Makes the forecasts of one server process."""

    def __init__(self) -> None:
        self._lock = asyncio.Semaphore(1)
        self._requested: Counter[Hashable] = Counter()

    def demand_library(self) -> None:
        """Raises Invalid if the extra is not installed. The library is not imported for this."""
        if find_spec(LIBRARY) is None:
            raise Invalid(MISSING)

    async def forecast(
        self, counts: Sequence[int], seasonality: Seasonality, horizon: int, viewer: Hashable
    ) -> Forecast:
        """Fit a model in a separate process.

        `viewer` tells callers apart. Raises LimitExceeded if too many forecasts wait.
        """
        fit_input = {
            "counts": counts,
            "season": seasonality.length,
            "held_back": seasonality.held_back,
            "horizon": horizon,
        }
        if self._requested[viewer] >= FORECASTS_PER_KEY:
            raise LimitExceeded(
                f"{FORECASTS_PER_KEY} forecasts of yours are being made."
                " Ask for this one after them."
            )
        if self._requested.total() > MAXIMUM_WAITING:
            raise LimitExceeded("Other forecasts are being made. Try again in a moment.")
        self._requested[viewer] += 1
        try:
            async with asyncio.timeout(FORECAST_SECONDS), self._lock:
                output = orjson.loads(await _run_fit(orjson.dumps(fit_input)))
        except TimeoutError as error:
            raise LimitExceeded(
                f"This took longer than {FORECAST_SECONDS} seconds. Try again in a moment."
            ) from error
        finally:
            self._requested[viewer] -= 1
            if not self._requested[viewer]:
                del self._requested[viewer]
        points = [ForecastPoint(**point) for point in output["points"]]
        return Forecast(output["model"], output["error"], points)


async def _run_fit(fit_input: bytes) -> bytes:
    # -P: no module beside the program shadows one of the library's.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", str(FITTING)),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={name: os.environ[name] for name in PASSED_VARIABLES if name in os.environ}
        | ONE_THREAD,
    )
    try:
        output, error = await process.communicate(fit_input)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise FitFailed(error.decode(errors="replace")[-MAXIMUM_ERROR_LENGTH:])
    return output
