"""Limits of forecasts: what is refused, with which message, and who may query."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from access.scopes import Scope
from access.viewer import ANONYMOUS, SYSTEM, Viewer
from resolvers.forecasts import forecaster
from tests.forecasts.conftest import Shop
from tests.stats.conftest import Analyst

QUERY = """query ($filter: OrderFilter, $unit: TimeUnit! = DAY, $horizon: Int! = 1,
  $zone: String! = "UTC") {
  orderForecast(filter: $filter, unit: $unit, horizon: $horizon, timeZone: $zone) { model } }"""
MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
HEAVY = ("numpy", "pandas", "scipy", "statsmodels")


def between(since: str | None, until: str | None) -> dict[str, Any]:
    return {"placedAt": {"from": since, "until": until}}


TOO_SHORT = (
    "A forecast of {unit} is made from {fewest} complete {unit} at least, counted from the first"
    " with such an order; there are {found}."
)
NO_DAYS = TOO_SHORT.format(unit="days", fewest=42, found=0)
REFUSED: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    **{
        f"by {unit}": ({"unit": unit}, "Forecasts are by DAY, WEEK, MONTH.", ["unit"])
        for unit in ("HOUR", "QUARTER", "YEAR")
    },
    "of nothing": ({"horizon": 0}, "Must be from 1 to 90.", ["horizon"]),
    "of too much": ({"horizon": 91}, "Must be from 1 to 90.", ["horizon"]),
    "in no zone": (
        {"zone": "Europe/Atlantis"},
        "This is not a time zone: give a name like Europe/Berlin, or UTC.",
        ["timeZone"],
    ),
    "a day too few": (
        {"filter": between(None, "2026-02-15T23:59:59Z")},
        TOO_SHORT.format(unit="days", fewest=42, found=41),
        ["filter"],
    ),
    "a day too few of those that the range has whole": (
        {"filter": between("2026-01-05T00:00:01Z", "2026-02-16T00:00:00Z")},
        TOO_SHORT.format(unit="days", fewest=42, found=41),
        ["filter"],
    ),
    "few weeks": (
        {"unit": "WEEK", "filter": between(None, "2026-02-16T00:00:00Z")},
        TOO_SHORT.format(unit="weeks", fewest=26, found=6),
        ["filter"],
    ),
    "few months": (
        {"unit": "MONTH", "filter": between(None, "2026-02-16T00:00:00Z")},
        TOO_SHORT.format(unit="months", fewest=18, found=1),
        ["filter"],
    ),
    "before the first order": (
        {"filter": between(None, "1960-01-01T00:00:00Z")},
        NO_DAYS,
        ["filter"],
    ),
    "at the beginning of the calendar": (
        {"filter": between(None, "0001-01-01T00:00:00Z")},
        NO_DAYS,
        ["filter"],
    ),
    "of a range that ends before it begins": (
        {"filter": between("2026-02-16T00:00:00Z", "2026-01-05T00:00:00Z")},
        "The range ends before it begins. Send a from that is not after until.",
        ["filter", "placedAt"],
    ),
    "of what comes": ({"filter": between("2999-01-01T00:00:00Z", None)}, NO_DAYS, ["filter"]),
    "of orders that are not there": ({"filter": {"country": ["FR"]}}, NO_DAYS, ["filter"]),
}


async def test_arguments_out_of_bounds_are_refused(shop: Shop, analyst: Analyst):
    await shop.place_daily(MONDAY, [1] * 42)

    answers = {case: await analyst.answer(QUERY, **REFUSED[case][0]) for case in REFUSED}

    assert {case: answer.data for case, answer in answers.items()} == dict.fromkeys(REFUSED)
    errors = {
        case: [(error["message"], error["extensions"]) for error in answer.errors]
        for case, answer in answers.items()
    }
    assert errors == {
        case: [(message, {"code": "INVALID", "field": field})]
        for case, (_, message, field) in REFUSED.items()
    }


async def test_arguments_just_within_bounds_are_answered(shop: Shop, analyst: Analyst):
    await shop.place_daily(MONDAY, [1] * 42)
    filter_ = between("2026-01-05T00:00:00Z", "2026-02-16T00:00:00Z")

    assert await analyst.query(QUERY, filter=filter_, horizon=90) == {"model": "ETS(A,N,N)"}


async def test_forecasts_need_the_scope_of_aggregates(analyst: Analyst):
    others = Viewer("others", frozenset(Scope) - {Scope.ANALYTICS_READ, Scope.ADMIN})

    for viewer in (ANONYMOUS, others):
        answer = await analyst.answer(QUERY, viewer)
        assert (answer.data, answer.codes) == (None, ["FORBIDDEN"])
    assert (await analyst.answer(QUERY, SYSTEM)).errors[0]["message"] == NO_DAYS


async def test_a_filter_by_email_needs_the_scope_for_personal_data(analyst: Analyst):
    answer = await analyst.answer(QUERY, filter={"customerEmail": "customer1@example.com"})

    assert answer.codes == ["FORBIDDEN"]


async def test_without_the_library_the_refusal_says_how_to_install_it(
    analyst: Analyst, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(forecaster, "LIBRARY", "a_library_that_is_not_there")

    answer = await analyst.answer(QUERY)

    assert (answer.data, answer.codes) == (None, ["INVALID"])
    assert answer.errors[0]["message"].endswith(
        "pip install '.[forecast]' in the folder of its source."
    )


async def test_a_server_starts_without_the_library():
    """The server does not import the library, which takes a second and much memory."""
    program = (
        "import sys, server; from schema.build import build_schema; build_schema();"
        f" print([name for name in {HEAVY} if name in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )

    assert (await process.communicate())[0].decode().strip() == "[]"
    assert process.returncode == 0
