"""Fitting: which seasons and trends are recognised, and how wide the intervals are."""

import math

import numpy as np
import pytest

from resolvers.forecasts.fitting import forecast

DAYS = {"season": 7, "held_back": 14}
WEEKS = {"season": 52, "held_back": 8}
MONTHS = {"season": 12, "held_back": 6}
WEEK = [10, 12, 14, 13, 20, 30, 5]


def random_counts(means: list[float]) -> list[int]:
    counts: list[int] = np.random.default_rng(1).poisson(means).tolist()
    return counts


def test_a_yearly_season_is_recognised_after_two_years():
    season = [200 + 150 * math.sin(2 * math.pi * month / 12) for month in range(48)]

    short = forecast(random_counts(season[:29]), **MONTHS, horizon=1)
    long = forecast(random_counts(season[:30]), **MONTHS, horizon=12)

    assert "[12]" not in short["model"]
    assert long["model"].endswith("A)[12]")
    for point, mean in zip(long["points"], season[30:], strict=False):
        assert point["expected"] == pytest.approx(mean, abs=60)


def test_no_season_is_recognised_in_data_without_one():
    assert forecast(random_counts([60.0] * 150), **WEEKS, horizon=1)["model"] == "ETS(A,N,N)"


def test_a_shop_that_grows_is_expected_to_grow():
    counts = random_counts([mean * (1 + day / 50) for day, mean in enumerate(WEEK * 30)])

    fitted = forecast(counts, **DAYS, horizon=14)

    assert fitted["model"] == "ETS(A,Ad,A)[7]"
    next_week, week_after = (
        sum(point["expected"] for point in fitted["points"][week * 7 :][:7]) for week in (0, 1)
    )
    assert sum(counts[-28:]) / 4 < next_week < week_after


@pytest.mark.slow
def test_the_intervals_hold_their_share_of_the_values():
    """Many histories are drawn, so that no single draw decides the test."""
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
def test_the_width_of_intervals_grows_with_the_square_root_of_the_counts(size: int):
    counts = random_counts([mean * size for mean in WEEK * 20])

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
