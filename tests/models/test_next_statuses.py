"""Next statuses: exactly what one command may make of an order or a shipment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.derivation import next_shipment_statuses
from models.enums import ShipmentStatus
from tests.models.event_table import S
from tests.models.orders import Case, Status, commands, make_case, move
from tests.models.rows import START, make_item, make_order, make_parcel

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
    case = make_case(confirmed_at=None)

    assert case.next_statuses() == [Status.CONFIRMED, Status.ON_HOLD, Status.CANCELLED]


def test_a_held_order_goes_back_to_what_it_was() -> None:
    assert make_case(hold_reason="Payment").next_statuses() == [Status.CONFIRMED, Status.CANCELLED]
    assert make_case(hold_reason="Payment", confirmed_at=None).next_statuses() == [
        Status.PENDING,
        Status.CANCELLED,
    ]


def test_packing_the_last_shipment_packs_the_order() -> None:
    case = make_case(3)
    case.ship(2, S.PACKED)
    assert case.next_statuses() == [Status.ON_HOLD, Status.CANCELLED]

    case.ship(1, S.PENDING)
    assert case.next_statuses() == [Status.ON_HOLD, Status.PACKED, Status.CANCELLED]


def test_cancelling_the_rest_completes_what_has_shipped() -> None:
    case = make_case(3)
    case.ship(2, S.DELIVERED)
    case.ship(1, S.PRE_TRANSIT)

    assert case.next_statuses() == [Status.DELIVERED]


@pytest.mark.parametrize("status", [S.IN_TRANSIT, S.DELIVERED, S.RETURNED, S.LOST])
def test_no_command_changes_an_order_that_has_shipped_whole(status: ShipmentStatus) -> None:
    case = make_case(2)
    case.ship(2, status)

    assert case.next_statuses() == []


def test_cancelling_gives_the_pieces_to_a_parcel_that_is_short_of_them() -> None:
    case = make_case(2)
    revived = case.ship(2, S.CANCELLED)
    assert case.status() is Status.CONFIRMED
    case.ship(2, S.PACKED)
    move(revived, S.OUT_FOR_DELIVERY)
    assert (case.status(), revived.held_quantity) == (Status.PACKED, 0)

    assert case.next_statuses() == [Status.ON_HOLD, Status.OUT_FOR_DELIVERY]


@st.composite
def any_case(draw: st.DrawFn) -> Case:
    """Any parcels in any states; some were cancelled, gave their pieces away, and live again."""
    quantities = draw(st.lists(st.integers(1, 2), min_size=1, max_size=3))
    case = Case([make_item(quantity) for quantity in quantities])
    case.order = make_order(
        confirmed_at=draw(st.sampled_from([START, START, None])),
        hold_reason=draw(st.sampled_from([None, None, "Payment"])),
    )
    often_cancelled = st.sampled_from([S.CANCELLED] * 6 + list(ShipmentStatus))
    for status in draw(st.lists(often_cancelled, max_size=5)):
        put_in_parcel(case, draw, status)
        case.share_out()
    for parcel in case.parcels:
        if parcel.shipment.status is S.CANCELLED and draw(st.booleans()):
            move(parcel, draw(st.sampled_from(list(ShipmentStatus))))
    case.share_out()
    if draw(st.booleans()):
        case.items[0].cancelled_quantity += case.items[0].free_quantity
    return case


def put_in_parcel(case: Case, draw: st.DrawFn, status: ShipmentStatus) -> None:
    pieces = {item.id: draw(st.integers(0, item.free_quantity)) for item in case.items}
    parcel = make_parcel({item_id: count for item_id, count in pieces.items() if count})
    if parcel.contents:
        move(parcel, status)
        case.parcels.append(parcel)


@given(any_case())
def test_next_statuses_are_exactly_what_commands_make_of_an_order(case: Case) -> None:
    now, expected = case.status(), set()
    for command in commands(case):
        after = case.twin()
        command(after)
        expected.add(after.status())

    assert set(case.next_statuses()) == expected - {now}
