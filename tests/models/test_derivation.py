"""An order's status is derived from its pieces: each rule in turn."""

import pytest

from models.derivation import order_delivered_at, order_shipped_at
from models.enums import ShipmentStatus
from tests.factories.in_memory import build_item, build_order, hour
from tests.models.event_table import S
from tests.models.order_commands import OrderState, Status, build_order_state, set_status

MOVING = [S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERY_ATTEMPTED, S.AVAILABLE_FOR_PICKUP]
ON_THE_WAY = [*MOVING, S.RETURNING]
HOLD = {"hold_reason": "Payment"}


def test_1_an_order_without_live_pieces_is_cancelled() -> None:
    state = build_order_state(3, **HOLD)
    state.items[0].cancelled_quantity = 3

    assert state.status() is Status.CANCELLED


def test_2_a_hold_shows_until_something_ships() -> None:
    state = build_order_state(3, **HOLD, confirmed_at=None)
    assert state.status() is Status.ON_HOLD

    state.order.confirmed_at = hour(0)
    state.ship(1, S.PRE_TRANSIT)
    assert state.status() is Status.ON_HOLD

    state.ship(1, S.IN_TRANSIT)
    assert state.status() is Status.PARTIALLY_SHIPPED


def test_3_an_order_is_returned_when_every_live_piece_is() -> None:
    state = build_order_state(3)
    state.items[0].cancelled_quantity = 1
    state.ship(2, S.RETURNED)

    assert state.status() is Status.RETURNED


@pytest.mark.parametrize("other", [S.DELIVERED, S.LOST])
def test_4_an_order_is_partially_returned_once_nothing_is_to_come(other: ShipmentStatus) -> None:
    state = build_order_state(3)
    state.ship(1, S.RETURNED)
    state.ship(2, other)

    assert state.status() is Status.PARTIALLY_RETURNED


@pytest.mark.parametrize("other", ON_THE_WAY)
def test_4_a_return_waits_for_what_is_on_its_way(other: ShipmentStatus) -> None:
    state = build_order_state(3)
    state.ship(1, S.RETURNED)
    state.ship(2, other)

    assert state.status() is Status.SHIPPED


def test_4_a_return_waits_for_what_is_to_be_shipped() -> None:
    state = build_order_state(3)
    state.ship(1, S.RETURNED)
    assert state.status() is Status.PARTIALLY_SHIPPED

    state.ship(2, S.PACKED)
    assert state.status() is Status.PARTIALLY_SHIPPED

    set_status(state.parcels[1], S.CANCELLED)
    state.items[0].cancelled_quantity = 2
    assert state.status() is Status.RETURNED


def test_5_an_order_is_delivered_when_every_live_piece_is() -> None:
    state = build_order_state(3)
    state.items[0].cancelled_quantity = 1
    state.ship(1, S.DELIVERED)
    assert state.status() is Status.PARTIALLY_DELIVERED

    state.ship(1, S.DELIVERED)
    assert state.status() is Status.DELIVERED


@pytest.mark.parametrize("status", [S.RETURNING, S.LOST])
def test_5_what_was_delivered_and_goes_back_or_is_lost_was_delivered(
    status: ShipmentStatus,
) -> None:
    state = build_order_state(2)
    state.ship(2, status, after_delivery=True)

    assert state.status() is Status.DELIVERED


@pytest.mark.parametrize("other", [*ON_THE_WAY, S.LOST, S.PENDING, S.PRE_TRANSIT, S.CANCELLED])
def test_6_one_delivered_piece_makes_an_order_partially_delivered(other: ShipmentStatus) -> None:
    state = build_order_state(3)
    state.ship(1, S.DELIVERED)
    state.ship(2, other)

    assert state.status() is Status.PARTIALLY_DELIVERED


def test_6_a_delivery_shows_beside_a_return_and_a_parcel_on_its_way() -> None:
    state = build_order_state(3)
    for status in (S.DELIVERED, S.RETURNED, S.IN_TRANSIT):
        state.ship(1, status)

    assert state.status() is Status.PARTIALLY_DELIVERED


def test_7_an_order_is_out_for_delivery_when_every_live_piece_is() -> None:
    state = build_order_state(3)
    state.ship(2, S.OUT_FOR_DELIVERY)
    assert state.status() is Status.PARTIALLY_SHIPPED

    state.ship(1, S.OUT_FOR_DELIVERY)
    assert state.status() is Status.OUT_FOR_DELIVERY


@pytest.mark.parametrize("status", [S.IN_TRANSIT, *MOVING[2:], S.RETURNING, S.LOST])
def test_8_an_order_is_shipped_when_every_live_piece_has_moved(status: ShipmentStatus) -> None:
    state = build_order_state(3)
    state.ship(1, S.OUT_FOR_DELIVERY)
    state.ship(2, status)

    assert state.status() is Status.SHIPPED


@pytest.mark.parametrize("other", [S.PENDING, S.PACKED, S.PRE_TRANSIT, S.CANCELLED])
def test_9_an_order_is_partially_shipped_when_some_pieces_have_moved(
    other: ShipmentStatus,
) -> None:
    state = build_order_state(3)
    state.ship(1, S.LOST)
    state.ship(2, other)

    assert state.status() is Status.PARTIALLY_SHIPPED


def test_10_an_order_is_packed_when_every_live_piece_is_packed_or_labelled() -> None:
    state = build_order_state(3)
    state.ship(1, S.PACKED)
    assert state.status() is Status.CONFIRMED

    state.ship(2, S.PRE_TRANSIT)
    assert state.status() is Status.PACKED


def test_11_an_order_is_confirmed_by_a_command_or_by_a_shipment() -> None:
    assert build_order_state(3, confirmed_at=None).status() is Status.PENDING
    assert build_order_state(3).status() is Status.CONFIRMED

    state = build_order_state(3, confirmed_at=None)
    state.ship(1, S.PENDING)
    assert state.status() is Status.CONFIRMED


def test_a_cancelled_shipment_leaves_its_order_confirmed() -> None:
    state = build_order_state(3)
    state.ship(3, S.CANCELLED)

    assert state.status() is Status.CONFIRMED


def test_a_revived_shipment_revives_its_cancelled_order() -> None:
    state = build_order_state(2)
    parcel = state.ship(2, S.CANCELLED)
    state.items[0].cancelled_quantity = 2
    assert state.status() is Status.CANCELLED

    parcel.shipment.status, parcel.shipment.shipped_at = S.IN_TRANSIT, hour(1)

    assert state.status() is Status.SHIPPED


def test_pieces_count_over_all_lines() -> None:
    state = OrderState([build_item(quantity=1), build_item(quantity=1)], build_order())
    state.ship(1, S.DELIVERED)

    assert state.status() is Status.PARTIALLY_DELIVERED


def test_an_order_ships_with_its_first_shipment() -> None:
    state = build_order_state(3)
    assert order_shipped_at(state.parcels) is None

    state.ship(1, S.IN_TRANSIT).shipment.shipped_at = hour(7)
    state.ship(1, S.DELIVERED).shipment.shipped_at = hour(5)
    state.ship(1, S.CANCELLED).shipment.shipped_at = hour(3)

    assert order_shipped_at(state.parcels) == hour(5)


def test_an_order_is_delivered_with_its_last_shipment() -> None:
    state = build_order_state(2)
    state.ship(1, S.DELIVERED).shipment.delivered_at = hour(9)
    assert order_delivered_at(state.tally, state.parcels) is None

    state.ship(1, S.RETURNED).shipment.delivered_at = hour(8)
    state.ship(0, S.CANCELLED)

    assert order_delivered_at(state.tally, state.parcels) == hour(9)


def test_an_order_with_an_undelivered_piece_has_no_time_of_delivery() -> None:
    state = build_order_state(2)
    state.ship(1, S.DELIVERED)
    state.ship(1, S.LOST)

    assert order_delivered_at(state.tally, state.parcels) is None
