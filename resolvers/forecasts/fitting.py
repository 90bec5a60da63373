"""The fitting of a forecast: a program of its own, which shares no imports with the server.

It reads its input as JSON from stdin and writes its output as JSON to stdout. It fits models of
exponential smoothing with a level, maybe a damped trend, and maybe a season. Nothing in it is
random: equal histories give equal forecasts.
"""

import json
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

NICENESS = 10
"""The niceness of the process, which lets the server beside it go first."""
DIGITS = 3
"""The decimals of a result: less means nothing, and machines differ in smaller digits."""
ROUNDING_ERROR = 1e-9
"""Squared errors below it are rounding errors: models with no greater error are equally good."""
Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class ModelKind:
    """The kind of a model: which parts are smoothed."""

    has_trend: bool
    season: int | None

    @property
    def name(self) -> str:
        trend = "Ad" if self.has_trend else "N"
        return f"ETS(A,{trend},A)[{self.season}]" if self.season else f"ETS(A,{trend},N)"

    @property
    def parameters(self) -> int:
        """The number of parameters: smoothing factors, the trend's damping, initial values."""
        return 2 + (3 if self.has_trend else 0) + (self.season or 0)


class Fit:
    def __init__(self, kind: ModelKind, counts: Numbers) -> None:
        self.kind, self._length = kind, len(counts)
        self._fitted = ETSModel(
            pd.Series(counts),
            error="add",
            trend="add" if kind.has_trend else None,
            damped_trend=kind.has_trend,
            seasonal="add" if kind.season else None,
            seasonal_periods=kind.season,
            # A yearly season of weeks has 52 initial values: optimising them takes a hundred times
            # as long, and the forecast errs as much.
            initialization_method="heuristic",
        ).fit(disp=False)

    @property
    def expected_error(self) -> float:
        """Akaike's final prediction error: the expected error outside the fitted data, which grows
        with the number of parameters."""
        length, parameters = self._length, self.kind.parameters
        squares = max(float(self._fitted.mse), ROUNDING_ERROR)
        return squares * (length + parameters) / (length - parameters)

    def following(self, number: int) -> tuple[Numbers, Numbers]:
        """Return the means and standard deviations of the next numbers."""
        first = self._length
        predicted = self._fitted.get_prediction(start=first, end=first + number - 1)
        # A model errs less on the data that it was fitted to than on the future.
        freedom = self._length / (self._length - self.kind.parameters)
        deviations = np.sqrt(np.asarray(predicted.forecast_variance) * freedom)
        return np.asarray(predicted.predicted_mean), deviations


def forecast(counts: Sequence[int], season: int, held_back: int, horizon: int) -> dict[str, Any]:
    history = np.asarray(counts, dtype=np.float64)
    past, held = history[:-held_back], history[-held_back:]
    with warnings.catch_warnings():
        # An optimiser warns if it stops near the optimum; the error of its result is measured.
        warnings.simplefilter("ignore")
        best = min(_fits(past, season), key=lambda fit: fit.expected_error)
        expected, _ = best.following(held_back)
        means, deviations = Fit(best.kind, history).following(horizon)
    return {
        "model": best.kind.name,
        "error": _error(held, np.clip(expected, 0, None)),
        "points": [_point(*point) for point in zip(means, deviations, strict=True)],
    }


def _fits(counts: Numbers, season: int) -> Iterator[Fit]:
    """Yield a fit of each kind of model, the simplest first, which wins a tie."""
    for season_ in (None, season) if len(counts) >= 2 * season else (None,):
        for has_trend in (False, True):
            yield Fit(ModelKind(has_trend, season_), counts)


def _error(actual: Numbers, expected: Numbers) -> float | None:
    total = float(actual.sum())
    return round(float(np.abs(actual - expected).sum()) / total, DIGITS) if total else None


def _point(mean: float, deviation: float) -> dict[str, float]:
    within80, within95 = NormalDist().inv_cdf(0.9), NormalDist().inv_cdf(0.975)
    distances = {
        "expected": 0.0,
        "low80": -within80,
        "high80": within80,
        "low95": -within95,
        "high95": within95,
    }
    return {
        name: max(0.0, round(float(mean + distance * deviation), DIGITS))
        for name, distance in distances.items()
    }


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    json.dump(forecast(**json.load(sys.stdin)), sys.stdout)
