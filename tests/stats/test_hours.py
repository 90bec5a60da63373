"""The hourly rollups equal a recount of all rows after any history, and answer as the rows do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import DomainError
from models.changes import LogHead
from models.rollups import RollupCursor
from projections.rollups import ROLLUP_CONSUMER, rebuild
from resolvers.stats import group_statement, rollup_sql, stats_plan
from resolvers.stats.rollup_sql import count_backlog, rollup_position
from tests.factories.acts import make_order
from tests.factories.drafts import NOW, build_item_draft
from tests.profiles import examples
from tests.stats.conftest import Analyst
from tests.tracking.assertions import delete_all_rows, read_all_hours
from tests.tracking.random_commands import CommandRunner, Step, step_lists, steps
from unit_of_work.epochs import begin_epoch
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

MAXIMUM_ORDERS = 3
EXAMPLES = examples(40, on_one_database=True)
SINCE, UNTIL = NOW - timedelta(days=1), NOW + timedelta(seconds=1)
RANGE = f'{{from: "{SINCE.isoformat()}", until: "{UNTIL.isoformat()}"}}'
"""The orders are placed in the last hour of this range, of which the range has only a part."""
QUERIES = (
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
    """Pairs of an order's index and a step of it; None counts the changes until then."""
    order_count = draw(st.integers(1, MAXIMUM_ORDERS))
    begun = [(index, step) for index in range(order_count) for step in draw(step_lists)]
    more = st.tuples(st.integers(0, order_count - 1), st.none() | steps)
    return [*begun, (0, None), *draw(st.lists(more, max_size=12))]


@given(histories())
@EXAMPLES
async def test_the_rollups_equal_a_recount_of_all_rows(
    tracker: Tracker, analyst: Analyst, history: list[tuple[int, Step | None]]
) -> None:
    await delete_all_rows()
    runners = [await _build_runner(tracker) for _ in range(MAXIMUM_ORDERS)]

    for index, step in history:
        await _run(runners[index], step)
    await _assert_answers_agree(analyst)

    await ROLLUP_CONSUMER.catch_up()
    await _assert_answers_agree(analyst)
    kept = await read_all_hours()
    await rebuild()
    assert await read_all_hours() == kept


async def _build_runner(tracker: Tracker) -> CommandRunner:
    frozen = replace(tracker, clock=lambda: NOW)
    lines = [build_item_draft(quantity=3), build_item_draft(sku="CUP", quantity=2)]
    return CommandRunner(frozen, await make_order(frozen, items=lines, confirmed=False))


async def _run(runner: CommandRunner, step: Step | None) -> None:
    if step is None:
        await ROLLUP_CONSUMER.catch_up()
        return
    try:
        await runner.run(step)
    except DomainError:
        return


async def _assert_answers_agree(analyst: Analyst) -> None:
    for query in QUERIES:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stats_plan, "group_statement", _fail_to_read_rows)
            by_hour = await analyst.groups(query)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stats_plan, "match_rollup", lambda *_: None)
            assert by_hour == await analyst.groups(query), query


def _fail_to_read_rows(*_: Any) -> Any:
    raise AssertionError("The rows were read.")


BY_ROWS = (
    # A rollup has one dimension.
    "orderStats(groupBy: [{field: STATUS}, {field: COUNTRY}]) { groups { count } }",
    "orderStats(filter: {status: [PENDING]}, groupBy: [{field: COUNTRY}]) { groups { count } }",
    'orderStats(groupBy: [{field: STATUS}]) { groups { total(currency: "EUR") { sum } } }',
    # Sums are not enough to compute these.
    "orderStats { groups { customers } }",
    "orderStats { groups { timeToShip { maximum } } }",
    "orderStats { groups { timeToShip { percentile(p: 0.5) } } }",
    'orderStats { groups { total(currency: "EUR") { minimum } } }',
    # These change as time passes.
    "orderStats { groups { lateCount } }",
    "orderStats { groups { onTimeRate } }",
    "orderStats(having: {onTimeRate: {min: 0.5}}) { groups { count } }",
    "exceptionStats { groups { overdueCount } }",
    # The filter uses something else than the dimension or one time.
    'orderStats(filter: {sku: ["CUP"]}) { groups { count } }',
    "orderStats(filter: {hasOpenException: true}) { groups { count } }",
    'orderStats(filter: {or: [{placedAt: {from: "2026-01-01T00:00:00Z"}}]}) { groups { count } }',
    'orderStats(filter: {not: {placedAt: {from: "2026-01-01T00:00:00Z"}}}) { groups { count } }',
    'orderStats(filter: {placedAt: {from: "2026-01-01T00:00:00Z"},'
    ' deliveredAt: {from: "2026-01-01T00:00:00Z"}}) { groups { count } }',
    # Rows without this time are a group too.
    "orderStats(groupBy: [{time: {field: DELIVERED_AT, unit: MONTH}}]) { groups { count } }",
    # There are two times.
    "orderStats(groupBy: [{time: {field: DELIVERED_AT, unit: MONTH}},"
    " {time: {field: PLACED_AT, unit: MONTH}}]) { groups { count } }",
    # Days of this zone begin at half past an hour of UTC.
    'orderStats(timeZone: "Asia/Kolkata", groupBy: [{time: {field: PLACED_AT, unit: MONTH}}])'
    " { groups { count } }",
    'orderStats(timeZone: "Australia/Lord_Howe", groupBy:'
    " [{time: {field: PLACED_AT, unit: MONTH}}]) { groups { count } }",
    # The clocks of this zone once went back at a minute past midnight.
    'orderStats(timeZone: "America/Moncton", groupBy: [{time: {field: PLACED_AT, unit: MONTH}}])'
    " { groups { count } }",
    # The range holds no whole hour.
    'orderStats(filter: {placedAt: {from: "2026-01-01T00:10:00Z", until: "2026-01-01T01:50:00Z"}})'
    " { groups { count } }",
)


@pytest.mark.parametrize("query", BY_ROWS)
async def test_rows_are_read_for_queries_that_rollups_cannot_answer(
    analyst: Analyst, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    calls = []
    original = group_statement.group_statement

    def record_call(*arguments: Any) -> Any:
        calls.append(arguments)
        return original(*arguments)

    monkeypatch.setattr(stats_plan, "group_statement", record_call)

    await analyst.groups(f"{{ {query} }}")

    assert len(calls) == 1


async def test_rows_are_read_while_the_rollups_are_far_behind_the_log(
    tracker: Tracker, analyst: Analyst, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_order(tracker)
    position = (await LogHead.get()).position
    query = "{ orderStats { groups { count } } }"
    monkeypatch.setattr(rollup_sql, "MAXIMUM_BACKLOG", position - 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stats_plan, "rollup_statement", _fail_to_read_rows)
        assert await analyst.groups(query) == [{"count": 1}]

    await ROLLUP_CONSUMER.catch_up()
    monkeypatch.setattr(stats_plan, "group_statement", _fail_to_read_rows)
    assert await analyst.groups(query) == [{"count": 1}]


async def test_counting_returns_the_number_of_counted_changes(tracker: Tracker) -> None:
    await make_order(tracker)
    position = (await LogHead.get()).position

    assert await ROLLUP_CONSUMER.catch_up() == position
    assert (await RollupCursor.get()).position == position
    assert await ROLLUP_CONSUMER.catch_up() == 0


async def test_a_new_epoch_of_the_log_is_no_backlog(db: str, tracker: Tracker) -> None:
    await make_order(tracker)
    await ROLLUP_CONSUMER.catch_up()
    epoch = await begin_epoch()
    await make_order(tracker)

    assert await count_backlog() == 2
    assert await rollup_position() == 2
    await ROLLUP_CONSUMER.catch_up()
    assert await count_backlog() == 0
    assert await rollup_position() == epoch + 2


async def test_sums_of_another_time_than_the_log_are_not_read(db: str, tracker: Tracker) -> None:
    await make_order(tracker)
    await RollupCursor.all().update(position=9)

    assert await rollup_position() is None
    await rebuild()
    assert await rollup_position() == 2
