"""The log read piece by piece: whatever the sizes, the pieces make up the whole log."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.columns import new_id
from database.connections import connection, is_postgres
from models.changes import Change, LogHead
from models.enums import ChangeKind
from resolvers import changes as reading
from resolvers.changes import EVERY_CHANGE, ChangeSelection, changes_between, log_head
from tests.factories.change_log import build_change, insert_changes, insert_followed_order
from tests.profiles import examples
from unit_of_work.epochs import begin_epoch

KINDS = [ChangeKind.HEALTH, ChangeKind.ESTIMATE, ChangeKind.ORDER_AMENDED]
HEALTH = ChangeSelection(kinds=(ChangeKind.HEALTH,))


async def positions_between(
    after: int, head: int, selection: ChangeSelection, limit: int
) -> tuple[list[int], int]:
    changes, complete_to = await changes_between(after, head, selection, limit)
    return [change.position for change in changes], complete_to


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WINDOW", 3)


@pytest.mark.usefixtures("db", "narrow")
async def test_a_filter_that_matches_nothing_advances_one_window_at_a_time():
    order = await insert_followed_order()
    await insert_changes(
        *[build_change(order) for _ in range(7)], build_change(order, ChangeKind.HEALTH)
    )

    assert await positions_between(0, 8, HEALTH, 10) == ([], 3)
    assert await positions_between(3, 8, HEALTH, 10) == ([], 6)
    assert await positions_between(6, 8, HEALTH, 10) == ([8], 8)


@pytest.mark.usefixtures("db")
async def test_changes_beyond_the_limit_are_left_for_the_next_read():
    order = await insert_followed_order()
    await insert_changes(*[build_change(order) for _ in range(5)])

    assert await positions_between(1, 5, EVERY_CHANGE, 2) == ([2, 3], 3)
    assert await positions_between(3, 5, EVERY_CHANGE, 2) == ([4, 5], 5)


@pytest.mark.usefixtures("db")
async def test_nothing_beyond_the_given_head_is_read():
    order = await insert_followed_order()
    await insert_changes(*[build_change(order) for _ in range(5)])
    own = ChangeSelection(order_ids=frozenset({order.id}))

    assert await positions_between(1, 3, EVERY_CHANGE, 10) == ([2, 3], 3)
    assert await positions_between(1, 3, own, 10) == ([2, 3], 3)


@pytest.mark.usefixtures("db", "narrow")
async def test_orders_are_read_to_the_head_at_once_and_no_others_with_them():
    own, other = await insert_followed_order(), await insert_followed_order()
    await insert_changes(
        build_change(own), *[build_change(other) for _ in range(8)], build_change(own)
    )
    selection = ChangeSelection(order_ids=frozenset({own.id, new_id()}))

    assert await positions_between(0, 10, selection, 10) == ([1, 10], 10)
    assert await positions_between(0, 10, ChangeSelection(order_ids=frozenset()), 10) == ([], 10)


@pytest.mark.usefixtures("db")
async def test_changes_read_by_order_have_all_their_columns():
    order = await insert_followed_order()
    await insert_changes(
        build_change(order, details={"differences": []}, status="OPEN", reason="so")
    )
    [stored] = await Change.all()

    [read], _ = await changes_between(
        0, 1, ChangeSelection(order_ids=frozenset({order.id})), limit=10
    )

    for name in Change._meta.db_fields:
        assert getattr(read, name) == getattr(stored, name), name
    assert read.kind is ChangeKind.ORDER_AMENDED


def tuples_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(st.sampled_from(values), max_size=2).map(tuple)


@examples(150, on_one_database=True)
@given(
    log=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(KINDS)), min_size=1, max_size=15),
    kinds=tuples_of(*KINDS),
    orders=st.none() | st.sets(st.integers(0, 2)),
    window=st.integers(1, 6),
    limits=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    after=st.integers(0, 15),
)
@pytest.mark.usefixtures("db")
async def test_the_pieces_together_hold_every_selected_change_once_and_in_order(
    log, kinds, orders, window, limits, after
):
    await Change.all().delete()
    await LogHead.all().update(position=0)
    all_orders = [await insert_followed_order() for _ in range(3)]
    changes = [build_change(all_orders[number], kind) for number, kind in log]
    await insert_changes(*changes)
    order_ids = None if orders is None else frozenset(all_orders[n].id for n in orders)
    selection = ChangeSelection(kinds=kinds, order_ids=order_ids)

    read, head = [], await log_head()
    position, turn = min(after, head), 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "WINDOW", window)
        while position < head:
            limit = limits[turn % len(limits)]
            piece, complete_to = await positions_between(position, head, selection, limit)
            assert len(piece) <= limit
            assert all(position < read_position <= complete_to for read_position in piece)
            assert position < complete_to <= head
            read += piece
            position, turn = complete_to, turn + 1

    wanted = [change.position for change in changes if selection.admits(change)]
    assert read == [position for position in wanted if position > after]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("count", [1, 100])
async def test_resuming_orders_reads_only_their_changes(count, monkeypatch):
    orders = [await insert_followed_order() for _ in range(count)]
    others = [await insert_followed_order() for _ in range(100)]
    for order in (*orders, *others):
        await insert_changes(*[build_change(order) for _ in range(20)])
    if is_postgres():
        await connection().execute_script("ANALYZE change")
    plans = []
    client = type(connection())
    execute = client.execute_query

    async def explain(self, query, values=None):
        prefix = "EXPLAIN (COSTS OFF)" if is_postgres() else "EXPLAIN QUERY PLAN"
        _, rows = await execute(self, f"{prefix} {query}", values)
        plans.append("\n".join(str(row[-1]) for row in map(tuple, rows)))
        return await execute(self, query, values)

    monkeypatch.setattr(client, "execute_query", explain)
    selection = ChangeSelection(order_ids=frozenset(order.id for order in orders))
    changes, _ = await changes_between(0, await log_head(), selection, 10)

    assert len(changes) == 10
    assert "Seq Scan" not in plans[-1]
    assert "change_pkey" not in plans[-1]
    assert "PRIMARY KEY" not in plans[-1]


@pytest.mark.usefixtures("db", "narrow")
async def test_the_positions_between_two_epochs_are_passed_over_at_once():
    order = await insert_followed_order()
    await insert_changes(*[build_change(order) for _ in range(2)])
    epoch = await begin_epoch()
    [position] = await insert_changes(build_change(order))

    assert position == epoch + 1
    assert await positions_between(0, position, EVERY_CHANGE, 10) == ([1, 2], 3)
    assert await positions_between(3, position, EVERY_CHANGE, 10) == ([], epoch)
    assert await positions_between(3, epoch - 5, EVERY_CHANGE, 10) == ([], epoch - 5)
    assert await positions_between(epoch, position, EVERY_CHANGE, 10) == ([position], position)
