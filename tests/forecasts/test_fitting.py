"""Fitting: what is seen in numbers, and how sure it is."""

import math

import numpy as np
import pytest

from resolvers.forecasts.fitting import forecast

DAYS = {"season": 7, "held_back": 14}
WEEKS = {"season": 52, "held_back": 8}
MONTHS = {"season": 12, "held_back": 6}
WEEK = [10, 12, 14, 13, 20, 30, 5]


def by_chance(means: list[float]) -> list[int]:
    found: list[int] = np.random.default_rng(1).poisson(means).tolist()
    return found


def test_a_year_is_seen_once_it_was_there_twice():
    season = [200 + 150 * math.sin(2 * math.pi * month / 12) for month in range(48)]

    short = forecast(by_chance(season[:29]), **MONTHS, horizon=1)
    long = forecast(by_chance(season[:30]), **MONTHS, horizon=12)

    assert "[12]" not in short["model"]
    assert long["model"].endswith("A)[12]")
    for point, mean in zip(long["points"], season[30:], strict=False):
        assert point["expected"] == pytest.approx(mean, abs=60)


def test_a_season_that_is_not_there_is_not_seen():
    assert forecast(by_chance([60.0] * 150), **WEEKS, horizon=1)["model"] == "ETS(A,N,N)"


def test_a_shop_that_grows_is_expected_to_grow():
    counts = by_chance([mean * (1 + day / 50) for day, mean in enumerate(WEEK * 30)])

    found = forecast(counts, **DAYS, horizon=14)

    assert found["model"] == "ETS(A,Ad,A)[7]"
    this, following = (
        sum(point["expected"] for point in found["points"][week * 7 :][:7]) for week in (0, 1)
    )
    assert sum(counts[-28:]) / 4 < this < following


def test_the_intervals_hold_what_they_say():
    """Of many histories, so that chance itself is not tested."""
    held = {80: 0, 95: 0}
    for number in range(0, 700, 7):
        random = np.random.default_rng(number)
        counts = random.poisson(WEEK * 7).tolist()
        for point, actual in zip(
            forecast(counts, **DAYS, horizon=7)["points"], random.poisson(WEEK), strict=True
        ):
            for share in held:
                held[share] += point[f"low{share}"] <= actual <= point[f"high{share}"]

    assert 0.75 <= held[80] / 700 <= 0.85
    assert 0.925 <= held[95] / 700 <= 0.975


@pytest.mark.parametrize("size", [1, 1_000_000])
def test_large_numbers_are_as_sure_as_small_ones_allow(size: int):
    counts = by_chance([mean * size for mean in WEEK * 20])

    point = forecast(counts, **DAYS, horizon=1)["points"][0]

    assert point["high95"] - point["low95"] < 8 * math.sqrt(20 * size)


@pytest.mark.parametrize(
    "counts",
    [[5] * 42, [1, *[0] * 41], [1, *[0] * 40, 1], [10**9, *[0] * 41], list(range(42))],
    ids=["constant", "one", "two", "a billion once", "a line"],
)
def test_odd_histories_have_forecasts(counts: list[int]):
    for point in forecast(counts, **DAYS, horizon=90)["points"]:
        values = [point[name] for name in ("low95", "low80", "expected", "high80", "high95")]
        assert all(map(math.isfinite, values))
        assert [0.0, *values] == sorted([0.0, *values])
