"""A selection of changes: which changes it matches, and how the log is read by it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.columns import new_id
from database.tables import columns_of
from models.changes import Change
from models.enums import (
    ChangeKind,
    ExceptionStatus,
    ExceptionType,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)
from resolvers.changes import ChangeSelection, LogEnd, has_position, log_end, log_head, read_log
from resolvers.filters import change_condition
from tests.factories.change_log import build_change, insert_changes, insert_followed_order
from tests.profiles import examples
from tests.resolvers.condition_statements import matching_keys

EVENTS = {ChangeKind.EVENT_RECORDED, ChangeKind.EVENT_RETRACTED}
EXCEPTIONS = {ChangeKind.EXCEPTION_STATUS, ChangeKind.EXCEPTION_AMENDED}


async def selected_changes(selection: ChangeSelection) -> list[Change]:
    """All changes that the database selects, in order."""
    return await Change.filter(selection.conditions()).order_by("position")


async def count_changes(selection: ChangeSelection) -> int:
    return await Change.filter(selection.conditions()).count()


async def test_the_head_of_an_empty_log_is_zero(db):
    assert await log_head() == 0


async def test_the_head_is_the_newest_position(db):
    order = await insert_followed_order()

    await insert_changes(build_change(order), build_change(order))

    assert await log_head() == 2


async def test_changes_are_read_after_a_position_in_order_up_to_the_limit(db):
    order = await insert_followed_order()
    await insert_changes(*[build_change(order) for _ in range(5)])

    end, changes = await read_log(2, 2)

    assert end == LogEnd(position=5, epoch=0)
    assert [change.position for change in changes] == [3, 4]
    assert [change.order_id for change in changes] == [order.id, order.id]
    assert changes[0].kind is ChangeKind.ORDER_AMENDED


async def test_a_change_that_is_read_has_all_its_values(db):
    order = await insert_followed_order()
    details = {"differences": [{"field": "note", "after": "ñ"}]}
    await insert_changes(
        build_change(
            order,
            ChangeKind.EVENT_RECORDED,
            event_id=new_id(),
            event_type=TrackingEventType.LOST,
            details=details,
        )
    )

    _, [change] = await read_log(0, 10)

    stored = await Change.get(position=1)
    columns = columns_of(Change)
    assert {name: getattr(change, name) for name in columns} == {
        name: getattr(stored, name) for name in columns
    }
    assert change.details == details


async def test_nothing_is_read_after_the_head(db):
    await insert_changes(build_change(await insert_followed_order()))

    assert await read_log(1, 10) == (LogEnd(position=1, epoch=0), [])


async def test_a_log_has_the_positions_of_its_changes_and_no_others(db):
    await insert_changes(build_change(await insert_followed_order()))

    assert await has_position(1)
    assert not await has_position(2)


@pytest.mark.parametrize(
    ("later", "is_rewound"),
    [
        (LogEnd(5, 0), False),
        (LogEnd(6, 0), False),
        (LogEnd(4, 0), True),
        (LogEnd(6, 6), True),
    ],
)
def test_a_log_that_only_grows_keeps_its_epoch(later, is_rewound):
    assert later.shows_rewind_since(LogEnd(5, 0)) is is_rewound


async def test_the_end_of_an_empty_log_is_that_of_the_first_epoch(db):
    assert await log_end() == LogEnd(position=0, epoch=0)
    assert await read_log(0, 10) == (LogEnd(), [])


async def test_only_changes_of_the_selected_orders_are_read_and_counted(db):
    first, second, third = [await insert_followed_order() for _ in range(3)]
    await insert_changes(
        build_change(first), build_change(second), build_change(third), build_change(first)
    )
    selection = ChangeSelection(order_ids=frozenset({first.id, third.id, new_id()}))

    changes = await selected_changes(selection)

    assert [change.position for change in changes] == [1, 3, 4]
    assert await count_changes(selection) == 3


@pytest.mark.parametrize(
    ("selection", "kinds"),
    [
        (ChangeSelection(), set(ChangeKind)),
        (ChangeSelection(kinds=(ChangeKind.HEALTH,)), {ChangeKind.HEALTH}),
        (ChangeSelection(order_status=(OrderStatus.DELIVERED,)), {ChangeKind.ORDER_STATUS}),
        (
            ChangeSelection(shipment_status=(ShipmentStatus.DELIVERED,)),
            {ChangeKind.SHIPMENT_STATUS},
        ),
        (ChangeSelection(exception_status=(ExceptionStatus.OPEN,)), EXCEPTIONS),
        (ChangeSelection(exception_type=(ExceptionType.LOST,)), EXCEPTIONS),
        (ChangeSelection(assignee=("agent1",)), EXCEPTIONS),
        (ChangeSelection(event_type=(TrackingEventType.LOST,)), EVENTS),
        (ChangeSelection(country=("PT",)), set(ChangeKind)),
        (ChangeSelection(country=("DE",)), set()),
        (ChangeSelection(carrier=("ups",)), set(ChangeKind)),
        (ChangeSelection(carrier=("ups",), kinds=tuple(EVENTS)), EVENTS),
        (ChangeSelection(event_type=(TrackingEventType.LOST,), assignee=("agent1",)), set()),
    ],
)
async def test_a_field_excludes_the_kinds_that_do_not_have_it(db, selection, kinds):
    order = await insert_followed_order()
    statuses = {kind: OrderStatus.DELIVERED for kind in ChangeKind} | {
        kind: ExceptionStatus.OPEN for kind in EXCEPTIONS
    }
    changes = [
        build_change(
            order,
            kind,
            status=statuses[kind],
            carrier="ups",
            event_type=TrackingEventType.LOST,
            exception_type=ExceptionType.LOST,
            assignee="agent1",
        )
        for kind in ChangeKind
    ]
    await insert_changes(*changes)

    assert {change.kind for change in changes if selection.admits(change)} == kinds
    assert {change.kind for change in await selected_changes(selection)} == kinds


FIELDS = (
    "kinds",
    "order_status",
    "shipment_status",
    "event_type",
    "exception_type",
    "exception_status",
    "assignee",
    "carrier",
    "country",
)


@pytest.mark.parametrize("field", FIELDS)
async def test_an_empty_field_matches_nothing(db, field):
    change = build_change(await insert_followed_order(), ChangeKind.EXCEPTION_STATUS)
    await insert_changes(change)
    nothing: dict[str, Any] = {field: ()}
    selection = ChangeSelection(**nothing)

    assert not selection.admits(change)
    assert await selected_changes(selection) == []


async def test_no_orders_match_nothing(db):
    change = build_change(await insert_followed_order())
    await insert_changes(change)
    selection = ChangeSelection(order_ids=frozenset())

    assert not selection.admits(change)
    assert await count_changes(selection) == 0


WORDS = ("agent1", "Agent1", "agent's", "%", "", "ñ")
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(ChangeKind),
    "status": st.none() | st.sampled_from(["DELIVERED", "OPEN", "CANCELLED", "RESOLVED"]),
    "event_type": st.none() | st.sampled_from(list(TrackingEventType)[:3]),
    "exception_type": st.none() | st.sampled_from(list(ExceptionType)[:3]),
    "assignee": st.none() | st.sampled_from(WORDS),
    "carrier": st.none() | st.sampled_from(["ups", "dhl_express"]),
    "country": st.sampled_from(["PT", "DE"]),
}


def tuples_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(st.sampled_from(values), max_size=3).map(tuple)


SELECTIONS = st.fixed_dictionaries(
    {
        "kinds": tuples_of(*ChangeKind),
        "order_status": tuples_of(OrderStatus.DELIVERED, OrderStatus.CANCELLED),
        "shipment_status": tuples_of(ShipmentStatus.DELIVERED, ShipmentStatus.CANCELLED),
        "event_type": tuples_of(*list(TrackingEventType)[:3]),
        "exception_type": tuples_of(*list(ExceptionType)[:3]),
        "exception_status": tuples_of(ExceptionStatus.OPEN, ExceptionStatus.RESOLVED),
        "assignee": tuples_of(*WORDS),
        "carrier": tuples_of("ups", "dhl_express"),
        "country": tuples_of("PT", "DE"),
    }
)
# Most of the fields are left out, because hardly a change would match them all.
SOME_FIELDS = st.sets(st.sampled_from(FIELDS), max_size=3)


@examples(100, on_one_database=True)
@given(
    log=st.lists(
        st.tuples(st.integers(0, 2), st.fixed_dictionaries(COLUMNS)), min_size=1, max_size=12
    ),
    fields=SELECTIONS,
    field_names=SOME_FIELDS,
    orders=st.none() | st.sets(st.integers(0, 2)),
)
async def test_the_predicate_and_the_database_agree(db, log, fields, field_names, orders):
    await Change.all().delete()
    all_orders = [await insert_followed_order() for _ in range(3)]
    changes = [build_change(all_orders[number], **columns) for number, columns in log]
    await insert_changes(*changes)
    order_ids = None if orders is None else frozenset(all_orders[n].id for n in orders)
    selection = ChangeSelection(**{name: fields[name] for name in field_names}, order_ids=order_ids)

    read = await selected_changes(selection)

    admitted = [change.position for change in changes if selection.admits(change)]
    assert [change.position for change in read] == admitted
    assert [selection.admits(change) for change in read] == [True] * len(read)
    assert await count_changes(selection) == len(admitted)
    matched_positions = await matching_keys("change", change_condition(selection), "position")
    assert matched_positions == {str(position) for position in admitted}
