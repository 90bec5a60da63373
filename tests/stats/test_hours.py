"""Kept-up hours: after whatever happens they are what they would be if all were counted anew, and
answer what the rows would, counted or not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import Refusal
from models.changes import LogHead
from models.hours import CountedLog
from resolvers.stats import keeping, plan, statements
from tests.factories import NOW, item_draft, make_order
from tests.stats.conftest import Analyst
from tests.tracking.any_commands import Player, Step, plans, steps
from tests.tracking.facts import every_hour, wipe
from tracking.acts import Tracker
from tracking.counting import count_all, recount

pytestmark = pytest.mark.usefixtures("db")

MAXIMUM_ORDERS = 3
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SINCE, UNTIL = NOW - timedelta(days=1), NOW + timedelta(seconds=1)
RANGE = f'{{from: "{SINCE.isoformat()}", until: "{UNTIL.isoformat()}"}}'
"""The orders are placed in its last hour, which is not whole."""
QUESTIONS = (
    """{ orderStats(groupBy: [{field: STATUS}]) { groups { key { status } count items exceptionCount
      exceptionRate cancelledRate timeToShip { average } timeToDeliver { average } } } }""",
    f"""{{ orderStats(filter: {{placedAt: {RANGE}}}, timeZone: "Europe/Berlin",
      groupBy: [{{time: {{field: PLACED_AT, unit: DAY}}}}, {{field: CURRENCY}}])
      {{ groups {{ key {{ placedAt currency }} count total(currency: "EUR")
        {{ sum average }} }} }} }}""",
    f"""{{ orderStats(filter: {{deliveredAt: {RANGE}}}, having: {{count: {{min: 1}}}},
      groupBy: [{{time: {{field: DELIVERED_AT, unit: WEEK}}}}, {{field: HEALTH}}])
      {{ groups {{ key {{ deliveredAt health }} count timeToDeliver {{ average }} }} }} }}""",
    """{ shipmentStats(groupBy: [{field: CARRIER}]) { groups { key { carrier } count
      deliveryAttempts exceptionRate transitTime { average } estimateError { average } } } }""",
    f"""{{ shipmentStats(filter: {{shippedAt: {RANGE}, status: [DELIVERED, RETURNED]}},
      groupBy: [{{time: {{field: SHIPPED_AT, unit: DAY}}}}]) {{ groups {{ key {{ shippedAt }}
        count deliveryAttempts }} }} }}""",
    """{ exceptionStats(groupBy: [{field: TYPE}], orderBy: {field: COUNT, direction: DESC})
      { groups { key { type } count openCount reopenedRate timeToResolve { average }
        timeToAcknowledge { average } } } }""",
    f"""{{ exceptionStats(filter: {{resolvedAt: {RANGE}}},
      groupBy: [{{time: {{field: RESOLVED_AT, unit: MONTH}}}}, {{field: ASSIGNEE}}])
      {{ groups {{ key {{ resolvedAt assignee }} count }} }} }}""",
)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, Step | None]]:
    """What is done to which order; no step: what has changed is counted."""
    many = draw(st.integers(1, MAXIMUM_ORDERS))
    begun = [(one, step) for one in range(many) for step in draw(plans)]
    more = st.tuples(st.integers(0, many - 1), st.none() | steps)
    return [*begun, (0, None), *draw(st.lists(more, max_size=12))]


@given(histories())
@EXAMPLES
async def test_what_is_kept_up_is_what_would_be_counted_anew(
    tracker: Tracker, analyst: Analyst, history: list[tuple[int, Step | None]]
) -> None:
    await wipe()
    players = [await _player(tracker) for _ in range(MAXIMUM_ORDERS)]

    for which, step in history:
        await _play(players[which], step)
    await _assert_answers_agree(analyst)

    await count_all()
    await _assert_answers_agree(analyst)
    kept = await every_hour()
    await recount()
    assert await every_hour() == kept


async def _player(tracker: Tracker) -> Player:
    frozen = replace(tracker, clock=lambda: NOW)
    lines = [item_draft(quantity=3), item_draft(sku="CUP", quantity=2)]
    return Player(frozen, await make_order(frozen, items=lines, confirmed=False))


async def _play(player: Player, step: Step | None) -> None:
    if step is None:
        await count_all()
        return
    try:
        await player.play(step)
    except Refusal:
        return


async def _assert_answers_agree(analyst: Analyst) -> None:
    for question in QUESTIONS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plan, "group_statement", _never)
            by_hour = await analyst.groups(question)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plan, "span_of", lambda *_: None)
            assert by_hour == await analyst.groups(question), question


def _never(*_: Any) -> Any:
    raise AssertionError("the rows were asked")


BY_ROWS = (
    # Values of two dimensions are not kept side by side.
    "orderStats(groupBy: [{field: STATUS}, {field: COUNTRY}]) { groups { count } }",
    "orderStats(filter: {status: [PENDING]}, groupBy: [{field: COUNTRY}]) { groups { count } }",
    'orderStats(groupBy: [{field: STATUS}]) { groups { total(currency: "EUR") { sum } } }',
    # Sums do not tell.
    "orderStats { groups { customers } }",
    "orderStats { groups { timeToShip { maximum } } }",
    "orderStats { groups { timeToShip { percentile(p: 0.5) } } }",
    'orderStats { groups { total(currency: "EUR") { minimum } } }',
    # The clock changes them.
    "orderStats { groups { lateCount } }",
    "orderStats { groups { onTimeRate } }",
    "orderStats(having: {onTimeRate: {min: 0.5}}) { groups { count } }",
    "exceptionStats { groups { overdueCount } }",
    # It filters by something else.
    'orderStats(filter: {sku: ["CUP"]}) { groups { count } }',
    "orderStats(filter: {hasOpenException: true}) { groups { count } }",
    'orderStats(filter: {or: [{placedAt: {from: "2026-01-01T00:00:00Z"}}]}) { groups { count } }',
    'orderStats(filter: {not: {placedAt: {from: "2026-01-01T00:00:00Z"}}}) { groups { count } }',
    'orderStats(filter: {placedAt: {from: "2026-01-01T00:00:00Z"},'
    ' deliveredAt: {from: "2026-01-01T00:00:00Z"}}) { groups { count } }',
    # Those without this time are a group too.
    "orderStats(groupBy: [{time: {field: DELIVERED_AT, unit: MONTH}}]) { groups { count } }",
    # Two times.
    "orderStats(groupBy: [{time: {field: DELIVERED_AT, unit: MONTH}},"
    " {time: {field: PLACED_AT, unit: MONTH}}]) { groups { count } }",
    # Days begin at half past.
    'orderStats(timeZone: "Asia/Kolkata", groupBy: [{time: {field: PLACED_AT, unit: MONTH}}])'
    " { groups { count } }",
    'orderStats(timeZone: "Australia/Lord_Howe", groupBy:'
    " [{time: {field: PLACED_AT, unit: MONTH}}]) { groups { count } }",
    # Its clocks once went back a minute after midnight.
    'orderStats(timeZone: "America/Moncton", groupBy: [{time: {field: PLACED_AT, unit: MONTH}}])'
    " { groups { count } }",
    # No hour lies in it as a whole.
    'orderStats(filter: {placedAt: {from: "2026-01-01T00:10:00Z", until: "2026-01-01T01:50:00Z"}})'
    " { groups { count } }",
)


@pytest.mark.parametrize("question", BY_ROWS)
async def test_what_hours_cannot_tell_the_rows_are_asked(
    analyst: Analyst, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    asked = []
    right = statements.group_statement

    def noted(*given: Any) -> Any:
        asked.append(given)
        return right(*given)

    monkeypatch.setattr(plan, "group_statement", noted)

    await analyst.groups(f"{{ {question} }}")

    assert len(asked) == 1


async def test_far_behind_the_log_the_rows_are_asked(
    tracker: Tracker, analyst: Analyst, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_order(tracker)
    position = (await LogHead.get()).position
    question = "{ orderStats { groups { count } } }"
    monkeypatch.setattr(keeping, "FAR", position - 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "hour_statement", _never)
        assert await analyst.groups(question) == [{"count": 1}]

    await count_all()
    monkeypatch.setattr(plan, "group_statement", _never)
    assert await analyst.groups(question) == [{"count": 1}]


async def test_counting_says_how_far_it_has_come(tracker: Tracker) -> None:
    await make_order(tracker)
    position = (await LogHead.get()).position

    assert await count_all() == position
    assert (await CountedLog.get()).position == position
    assert await count_all() == 0
