"""Next statuses: exactly those to which a single command can change an order or a shipment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import ShipmentStatus
from models.next_statuses import next_shipment_statuses
from tests.factories.in_memory import START, build_item, build_order, build_parcel
from tests.models.event_table import S
from tests.models.order_commands import (
    OrderState,
    Status,
    allowed_commands,
    build_order_state,
    set_status,
)

MOVED = sorted(set(ShipmentStatus) - {S.PENDING, S.PACKED, S.PRE_TRANSIT})


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (S.PENDING, [S.PACKED, S.PRE_TRANSIT, S.CANCELLED]),
        (S.PACKED, [S.PRE_TRANSIT, S.CANCELLED]),
        (S.PRE_TRANSIT, [S.CANCELLED]),
        *((status, []) for status in MOVED),
    ],
)
def test_commands_take_a_shipment_forward_until_it_moves(
    status: ShipmentStatus, expected: list[ShipmentStatus]
) -> None:
    assert next_shipment_statuses(status, is_on_hold=False) == expected


@pytest.mark.parametrize("status", [S.PENDING, S.PACKED, S.PRE_TRANSIT])
def test_under_a_hold_a_shipment_can_only_be_cancelled(status: ShipmentStatus) -> None:
    assert next_shipment_statuses(status, is_on_hold=True) == [S.CANCELLED]


def test_a_pending_order_can_be_confirmed_held_or_cancelled() -> None:
    state = build_order_state(confirmed_at=None)

    assert state.next_statuses() == [Status.CONFIRMED, Status.ON_HOLD, Status.CANCELLED]


def test_a_held_order_goes_back_to_what_it_was() -> None:
    assert build_order_state(hold_reason="Payment").next_statuses() == [
        Status.CONFIRMED,
        Status.CANCELLED,
    ]
    assert build_order_state(hold_reason="Payment", confirmed_at=None).next_statuses() == [
        Status.PENDING,
        Status.CANCELLED,
    ]


def test_packing_the_last_shipment_packs_the_order() -> None:
    state = build_order_state(3)
    state.ship(2, S.PENDING)
    assert state.next_statuses() == [Status.ON_HOLD, Status.CANCELLED]

    set_status(state.parcels[0], S.PACKED)
    state.ship(1, S.PENDING)
    assert state.next_statuses() == [Status.ON_HOLD, Status.PACKED, Status.CANCELLED]


def test_cancelling_what_is_not_packed_packs_the_order() -> None:
    state = build_order_state(3)
    state.ship(2, S.PACKED)

    assert state.next_statuses() == [Status.ON_HOLD, Status.PACKED, Status.CANCELLED]


def test_cancelling_a_piece_of_an_item_gives_a_parcel_on_its_way_what_it_misses() -> None:
    items = [build_item(quantity=2), build_item(quantity=1, line=2, sku="CUP")]
    mug, cup = (item.id for item in items)
    state = OrderState(items, parcels=[build_parcel({mug: 1}), build_parcel({cup: 1})])
    for parcel in state.parcels:
        set_status(parcel, S.CANCELLED)
    state.allocate()
    state.parcels.append(build_parcel({mug: 2, cup: 1}, S.PRE_TRANSIT))
    set_status(state.parcels[0], S.IN_TRANSIT)
    set_status(state.parcels[1], S.DELIVERED)

    assert state.status() is Status.PACKED
    assert state.next_statuses() == [
        *(Status.ON_HOLD, Status.PARTIALLY_SHIPPED, Status.PARTIALLY_DELIVERED)
    ]


def test_cancelling_the_rest_completes_what_has_shipped() -> None:
    state = build_order_state(3)
    state.ship(2, S.DELIVERED)
    state.ship(1, S.PRE_TRANSIT)

    assert state.next_statuses() == [Status.DELIVERED]


@pytest.mark.parametrize("status", [S.IN_TRANSIT, S.DELIVERED, S.RETURNED, S.LOST])
def test_no_command_changes_an_order_that_has_shipped_whole(status: ShipmentStatus) -> None:
    state = build_order_state(2)
    state.ship(2, status)

    assert state.next_statuses() == []


def test_cancelling_gives_the_pieces_to_a_parcel_that_is_short_of_them() -> None:
    state = build_order_state(2)
    revived = state.ship(2, S.CANCELLED)
    assert state.status() is Status.CONFIRMED
    state.ship(2, S.PACKED)
    set_status(revived, S.OUT_FOR_DELIVERY)
    assert (state.status(), revived.held_quantity) == (Status.PACKED, 0)

    assert state.next_statuses() == [Status.ON_HOLD, Status.OUT_FOR_DELIVERY]


@st.composite
def any_order_state(draw: st.DrawFn) -> OrderState:
    """Parcels in any status; some were cancelled, lost their pieces to others, and were revived."""
    quantities = draw(st.lists(st.integers(1, 2), min_size=1, max_size=3))
    state = OrderState([build_item(quantity=quantity) for quantity in quantities])
    state.order = build_order(
        confirmed_at=draw(st.sampled_from([START, START, None])),
        hold_reason=draw(st.sampled_from([None, None, "Payment"])),
    )
    often_cancelled = st.sampled_from([S.CANCELLED] * 6 + list(ShipmentStatus))
    for status in draw(st.lists(often_cancelled, max_size=5)):
        put_in_parcel(state, draw, status)
        state.allocate()
    for parcel in state.parcels:
        if parcel.shipment.status is S.CANCELLED and draw(st.booleans()):
            set_status(parcel, draw(st.sampled_from(list(ShipmentStatus))))
    state.allocate()
    if draw(st.booleans()):
        state.items[0].cancelled_quantity += state.items[0].free_quantity
    return state


def put_in_parcel(state: OrderState, draw: st.DrawFn, status: ShipmentStatus) -> None:
    pieces = {item.id: draw(st.integers(0, item.free_quantity)) for item in state.items}
    parcel = build_parcel({item_id: count for item_id, count in pieces.items() if count})
    if parcel.contents:
        set_status(parcel, status)
        state.parcels.append(parcel)


@given(any_order_state())
def test_next_statuses_are_exactly_what_commands_make_of_an_order(state: OrderState) -> None:
    now, expected = state.status(), set()
    for command in allowed_commands(state):
        after = state.duplicate()
        command(after)
        expected.add(after.status())

    assert set(state.next_statuses()) == expected - {now}
