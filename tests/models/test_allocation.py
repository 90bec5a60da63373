"""Allocation: the pieces that each parcel holds, and where the pieces of an item are."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.allocation import Parcel, allocate_pieces
from models.cancellation import cancel_pieces, cancellable_quantity, missing_pieces
from models.enums import ShipmentStatus
from models.orders import OrderItem
from tests.factories.in_memory import build_item, build_parcel, hour
from tests.models.event_table import S

WAITING = (S.PENDING, S.PACKED, S.PRE_TRANSIT)


def counts(item: OrderItem) -> dict[str, int]:
    names = ("allocated", "shipped", "delivered", "returned", "lost", "cancelled")
    counts = {name: getattr(item, f"{name}_quantity") for name in names}
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize(
    ("status", "shipped_at", "delivered_at", "expected"),
    [
        (S.PENDING, None, None, {"allocated": 2}),
        (S.PACKED, None, None, {"allocated": 2}),
        (S.PRE_TRANSIT, None, None, {"allocated": 2}),
        (S.IN_TRANSIT, hour(1), None, {"allocated": 2, "shipped": 2}),
        (S.OUT_FOR_DELIVERY, hour(1), None, {"allocated": 2, "shipped": 2}),
        (S.DELIVERY_ATTEMPTED, hour(1), None, {"allocated": 2, "shipped": 2}),
        (S.AVAILABLE_FOR_PICKUP, hour(1), None, {"allocated": 2, "shipped": 2}),
        (S.DELIVERED, hour(1), hour(2), {"allocated": 2, "shipped": 2, "delivered": 2}),
        (S.RETURNING, hour(1), None, {"allocated": 2, "shipped": 2}),
        (S.RETURNING, hour(1), hour(2), {"allocated": 2, "shipped": 2, "delivered": 2}),
        (S.RETURNED, hour(1), None, {"allocated": 2, "shipped": 2, "returned": 2}),
        (S.RETURNED, hour(1), hour(2), {"allocated": 2, "shipped": 2, "returned": 2}),
        (S.LOST, hour(1), None, {"allocated": 2, "shipped": 2, "lost": 2}),
        (S.LOST, hour(1), hour(2), {"allocated": 2, "shipped": 2, "delivered": 2, "lost": 2}),
        (S.CANCELLED, None, None, {}),
        (S.CANCELLED, hour(1), None, {}),
    ],
)
def test_pieces_are_where_their_parcel_is(
    status: ShipmentStatus,
    shipped_at: datetime | None,
    delivered_at: datetime | None,
    expected: dict[str, int],
) -> None:
    item = build_item(quantity=3)
    parcel = build_parcel({item.id: 2}, status, shipped_at=shipped_at, delivered_at=delivered_at)

    allocate_pieces([item], [parcel])

    assert counts(item) == expected
    assert item.free_quantity == (3 if status is S.CANCELLED else 1)


def move(parcel: Parcel, status: ShipmentStatus) -> None:
    """Give the parcel the status as the fold does; times of scans are never removed."""
    shipment = parcel.shipment
    shipment.status = status
    if status not in (*WAITING, S.CANCELLED):
        shipment.shipped_at = shipment.shipped_at or hour(1)
    shipment.delivered_at = hour(2) if status is S.DELIVERED else None


def test_a_revived_parcel_takes_its_pieces_back() -> None:
    item = build_item(quantity=2)
    parcel = build_parcel({item.id: 2}, S.CANCELLED)
    allocate_pieces([item], [parcel])
    assert item.free_quantity == 2

    move(parcel, S.IN_TRANSIT)
    allocate_pieces([item], [parcel])

    assert counts(item) == {"allocated": 2, "shipped": 2}
    assert not parcel.is_short


def test_a_revived_parcel_uncancels_pieces_first() -> None:
    item = build_item(quantity=5, cancelled_quantity=1)
    parcel = build_parcel({item.id: 2}, S.CANCELLED)
    allocate_pieces([item], [parcel])

    move(parcel, S.IN_TRANSIT)
    allocate_pieces([item], [parcel])

    assert counts(item) == {"allocated": 2, "shipped": 2}
    assert item.free_quantity == 3


def test_a_revived_parcel_is_short_of_what_others_hold() -> None:
    item = build_item(quantity=3)
    revived = build_parcel({item.id: 2}, S.CANCELLED)
    allocate_pieces([item], [revived])
    other = build_parcel({item.id: 2})

    move(revived, S.DELIVERED)
    allocate_pieces([item], [revived, other])

    assert (revived.held_quantity, other.held_quantity) == (1, 2)
    assert revived.is_short
    assert not other.is_short
    assert counts(item) == {"allocated": 3, "shipped": 1, "delivered": 1}


def test_freed_pieces_go_to_the_parcel_that_is_short_of_them() -> None:
    item = build_item(quantity=2)
    revived = build_parcel({item.id: 2}, S.CANCELLED)
    allocate_pieces([item], [revived])
    other = build_parcel({item.id: 2})
    move(revived, S.IN_TRANSIT)
    allocate_pieces([item], [revived, other])

    move(other, S.CANCELLED)
    allocate_pieces([item], [revived, other])

    assert (revived.held_quantity, other.held_quantity) == (2, 0)
    assert not revived.is_short


def test_a_cancelled_parcel_is_not_short() -> None:
    item = build_item(quantity=2)
    parcel = build_parcel({item.id: 2}, S.CANCELLED)

    allocate_pieces([item], [parcel])

    assert not parcel.is_short


@given(st.data())
def test_pieces_are_never_given_twice_nor_withheld_from_a_parcel_that_is_short(
    data: st.DataObject,
) -> None:
    quantities = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=2))
    items = [build_item(quantity=quantity) for quantity in quantities]
    ordered = [item.quantity for item in items]
    parcels: list[Parcel] = []
    steps = st.sampled_from(["ship", "ship", "move", "move", "move", "cancel", "cancel_some"])
    for step in data.draw(st.lists(steps, min_size=4, max_size=16)):
        STEPS[step](data, items, parcels)

        allocate_pieces(items, parcels)

        assert [item.quantity for item in items] == ordered
        for item in items:
            assert_sound(item, parcels)


def assert_sound(item: OrderItem, parcels: list[Parcel]) -> None:
    """Check that no piece is in two places, and that none is free while a parcel is short of it."""
    held_quantity = 0
    for parcel in parcels:
        for content in (content for content in parcel.contents if content.item_id == item.id):
            is_cancelled = parcel.shipment.status is S.CANCELLED
            assert 0 <= content.held_quantity <= (0 if is_cancelled else content.quantity)
            if not is_cancelled and content.held_quantity < content.quantity:
                assert (item.free_quantity, item.cancelled_quantity) == (0, 0)
            held_quantity += content.held_quantity
    assert item.allocated_quantity == held_quantity
    assert item.free_quantity >= 0
    assert item.cancelled_quantity >= 0


def ship(data: st.DataObject, items: list[OrderItem], parcels: list[Parcel]) -> None:
    """Put a random number of the free pieces into a new parcel."""
    pieces = {
        item.id: data.draw(st.integers((item.free_quantity + 1) // 2, item.free_quantity))
        for item in items
    }
    chosen = {item_id: count for item_id, count in pieces.items() if count}
    if chosen:
        parcels.append(build_parcel(chosen))


def move_any(data: st.DataObject, items: list[OrderItem], parcels: list[Parcel]) -> None:
    statuses = [S.CANCELLED] * 6 + [S.IN_TRANSIT] * 6 + list(ShipmentStatus)
    if parcels:
        move(data.draw(st.sampled_from(parcels)), data.draw(st.sampled_from(statuses)))


def cancel_rest(data: st.DataObject, items: list[OrderItem], parcels: list[Parcel]) -> None:
    """Cancel the pieces and the parcels that have not shipped, as cancelling the order does."""
    for parcel in parcels:
        if parcel.shipment.status in WAITING:
            move(parcel, S.CANCELLED)
    for item in items:
        item.cancelled_quantity = item.quantity - item.shipped_quantity


def cancel_some(data: st.DataObject, items: list[OrderItem], parcels: list[Parcel]) -> None:
    """Cancel a random number of pieces of each item, and the parcels that are left without any."""
    missing = missing_pieces(parcels)
    most = [cancellable_quantity(item, missing[item.id]) for item in items]
    chosen = [data.draw(st.integers(0, quantity)) for quantity in most]
    before = [item.cancelled_quantity for item in items]
    named = [(item, count) for item, count in zip(items, chosen, strict=True) if count]
    quantities = {content.id: content.quantity for parcel in parcels for content in parcel.contents}

    cancel_pieces(named, parcels)

    for parcel in parcels:
        if parcel.shipment.status in WAITING and not parcel_quantity(parcel):
            move(parcel, S.CANCELLED)
            for content in parcel.contents:
                content.quantity = quantities[content.id]
    allocate_pieces(items, parcels)
    cancelled = [item.cancelled_quantity for item in items]
    assert cancelled == [old + count for old, count in zip(before, chosen, strict=True)]
    assert not {item.id for item, _ in named} & missing_pieces(parcels).keys()


def parcel_quantity(parcel: Parcel) -> int:
    return sum(content.quantity for content in parcel.contents)


STEPS = {"ship": ship, "move": move_any, "cancel": cancel_rest, "cancel_some": cancel_some}
