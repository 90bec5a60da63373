"""Cancellation of pieces: where they are taken from, and what the parcels keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cancellation import cancel_pieces, cancellable_quantity, missing_pieces
from models.enums import ShipmentStatus
from tests.models import order_commands
from tests.models.event_table import S
from tests.models.order_commands import OrderState, Status, build_order_state, set_status
from tests.models.test_next_statuses import any_order_state


def cancel(state: OrderState, *quantities: int) -> None:
    named = [
        (item, count) for item, count in zip(state.items, quantities, strict=True) if count > 0
    ]
    cancel_pieces(named, state.parcels)
    state.allocate()


def in_parcels(state: OrderState) -> list[list[int]]:
    return [[content.quantity for content in parcel.contents] for parcel in state.parcels]


def test_pieces_in_no_parcel_are_cancelled_first() -> None:
    state = build_order_state(5)
    state.ship(2, S.PENDING)
    state.allocate()

    cancel(state, 3)

    assert (state.items[0].cancelled_quantity, in_parcels(state)) == (3, [[2]])


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((S.PENDING, S.PENDING), [[2], [1]]),
        ((S.PENDING, S.PACKED), [[1], [2]]),
        ((S.PACKED, S.PRE_TRANSIT), [[1], [2]]),
        ((S.PRE_TRANSIT, S.PENDING), [[2], [1]]),
        ((S.PENDING, S.IN_TRANSIT), [[1], [2]]),
    ],
)
def test_the_least_work_is_undone_and_that_of_the_newest_parcel(
    statuses: tuple[ShipmentStatus, ShipmentStatus], expected: list[list[int]]
) -> None:
    state = build_order_state(4)
    for status in statuses:
        state.ship(2, status)
    state.allocate()

    cancel(state, 1)

    assert (state.items[0].cancelled_quantity, in_parcels(state)) == (1, expected)


def test_what_a_parcel_on_its_way_misses_is_not_cancelled_but_given_to_it() -> None:
    state = build_order_state(3)
    revived = state.ship(1, S.CANCELLED)
    state.allocate()
    state.ship(3, S.PACKED)
    set_status(revived, S.IN_TRANSIT)
    state.allocate()
    missing = missing_pieces(state.parcels)
    assert missing == {state.items[0].id: 1}
    assert cancellable_quantity(state.items[0], 1) == 2

    cancel(state, 1)

    assert (state.items[0].cancelled_quantity, in_parcels(state)) == (1, [[1], [1]])
    assert (revived.held_quantity, state.status()) == (1, Status.PARTIALLY_SHIPPED)


def test_a_parcel_that_waits_gives_up_what_it_is_short_of() -> None:
    state = build_order_state(2)
    revived = state.ship(2, S.CANCELLED)
    state.allocate()
    state.ship(1, S.PACKED)
    set_status(revived, S.PENDING)
    state.allocate()
    assert [parcel.held_quantity for parcel in state.parcels] == [1, 1]

    cancel(state, 1)

    assert (state.items[0].cancelled_quantity, in_parcels(state)) == (1, [[0], [1]])


@given(any_order_state(), st.data())
def test_pieces_are_cancelled_as_if_one_after_another(
    state: OrderState, data: st.DataObject
) -> None:
    state.allocate()
    missing = missing_pieces(state.parcels)
    most = [cancellable_quantity(item, missing[item.id]) for item in state.items]
    assert most == [order_commands.cancellable(state, item) for item in state.items]
    chosen = tuple(data.draw(st.integers(0, quantity)) for quantity in most)
    reference = state.duplicate()
    order_commands.cancel_items(chosen)(reference)
    reference.allocate()

    cancel(state, *chosen)

    assert in_parcels(state) == in_parcels(reference)
    assert [vars(item) for item in state.items] == [vars(item) for item in reference.items]
    assert state.status() is reference.status()
