"""Tracking number locks: events and commands lock a number, so that they cannot miss each other."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from database.connections import connection, is_postgres
from database.locks import RowLock
from database.retries import ConcurrentChange
from database.rows import read_values
from errors import Conflict, LimitExceeded
from models.carrier_families import CarrierFamilies, Number, is_same_carrier
from models.shipments import Shipment, TrackingNumber
from tracking.orders.loaded_orders import LoadedOrder
from unit_of_work.unit_of_work import UnitOfWork

MAXIMUM_SHARING = 10
"""Shipments with the same number to which its events can go: a carrier uses a number again after
months. A shop may write the same word for all parcels without a number, and their orders are not
all loaded for each."""

MAXIMUM_IN_BOX = 50
"""Shipments of several orders in one box: each of its events is recorded for all of them, in one
transaction that loads and locks their orders."""

LOCK = """
INSERT INTO tracking_number (key) SELECT unnest($1::text[])
ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key WHERE FALSE
"""


async def lock_numbers(uow: UnitOfWork, numbers: Iterable[Number]) -> None:
    """Lock the row of each number, in their order as all writers do; insert it if it is new.

    An existing row is locked without being changed. SQLite has only one writer anyway. Raises
    LockedOut.
    """
    keys = sorted({number_lock(number) for number in numbers})
    if keys and is_postgres():
        with uow.locking(RowLock(TrackingNumber, "key", key) for key in keys):
            await connection().execute_query(LOCK, [keys])


def number_lock(number: Number) -> str:
    """Return the key of the number's row: one for all carriers of the family."""
    return f"{number.family}:{number.key}"


async def numbers_of_shipments(
    families: CarrierFamilies, shipment_ids: Collection[UUID]
) -> set[Number]:
    """Return the numbers that the shipments have now, to lock them."""
    if not shipment_ids:
        return set()
    columns = ("carrier", "number_key")
    rows = await read_values(Shipment, columns, "id AMONG 1", shipment_ids)
    numbers = {families.number(carrier, key) for carrier, key in rows}
    return {number for number in numbers if number is not None}


async def order_ids_by_number(
    families: CarrierFamilies, numbers: Collection[Number]
) -> dict[Number, set[UUID]]:
    """Return for each number the orders of the newest shipments that have it, of those that share
    boxes and of the others."""
    alone: dict[Number | None, list[tuple[list[Any], UUID]]] = defaultdict(list)
    in_boxes: dict[Number | None, list[tuple[list[Any], UUID]]] = defaultdict(list)
    if numbers:
        columns = ("created_at", "id", "order_id", "carrier", "number_key", "is_shared")
        keys = {key for _, key in numbers}
        for *newest, order_id, carrier, key, is_shared in await read_values(
            Shipment, columns, "number_key AMONG 1", keys
        ):
            rows = in_boxes if is_shared else alone
            rows[families.number(carrier, key)].append((newest, order_id))
    return {
        number: {
            order_id
            for _, order_id in (
                *sorted(alone[number])[-MAXIMUM_SHARING:],
                *sorted(in_boxes[number])[-MAXIMUM_IN_BOX:],
            )
        }
        for number in numbers
    }


async def order_ids_of(
    families: CarrierFamilies, numbers: Collection[Number], shipment_ids: Collection[UUID]
) -> set[UUID]:
    """Return the orders of these shipments, and of the newest that have one of these numbers."""
    order_ids = set().union(*(await order_ids_by_number(families, numbers)).values())
    if shipment_ids:
        rows_by_id = await read_values(Shipment, ("order_id",), "id AMONG 1", shipment_ids)
        order_ids |= {order_id for (order_id,) in rows_by_id}
    return order_ids


async def is_used_by_relatives(
    families: CarrierFamilies, number: Number, carrier: str | None
) -> bool:
    """Return whether other carriers of the family have shipments with the number.

    A shipment of this carrier that takes the number may then take events from theirs.
    """
    rows = await read_values(
        Shipment, ("carrier", "number_key"), "number_key AMONG 1", [number.key]
    )
    return any(
        families.number(other, key) == number and not is_same_carrier(other, carrier)
        for other, key in rows
    )


def check_numbers_are_locked(
    families: CarrierFamilies,
    orders: Iterable[LoadedOrder],
    shipment_ids: Collection[UUID],
    numbers: Collection[Number],
) -> None:
    """Raise ConcurrentChange if one of the shipments has got a number that was not locked."""
    for loaded in orders:
        for shipment in loaded.shipments:
            number = families.number_of(shipment)
            if shipment.id in shipment_ids and number is not None and number not in numbers:
                raise ConcurrentChange


def shipments_by_number(
    families: CarrierFamilies, orders: Mapping[UUID, LoadedOrder], numbers: Iterable[Number]
) -> dict[Number, list[Shipment]]:
    """Return the shipments that have each of these numbers, the newest first."""
    by_number: dict[Number, list[Shipment]] = {number: [] for number in numbers}
    shipments = [shipment for loaded in orders.values() for shipment in loaded.shipments]
    for shipment in sorted(shipments, key=lambda row: (row.created_at, row.id), reverse=True):
        number = families.number_of(shipment)
        if number in by_number:
            by_number[number].append(shipment)
    return by_number


async def refuse_taken_number(shipment: Shipment) -> None:
    """Raise Conflict if another unfinished shipment of the carrier has the shipment's new number,
    unless both share a box, and LimitExceeded if the box has too many shipments.

    Another carrier of the family may have it.

    Call it under the number's lock, and after reconciliation: the events of the new number may
    have finished the shipment, or moved it again.
    """
    if shipment.carrier is None or shipment.number_key is None or shipment.status.is_finished:
        return
    columns = ("id", "carrier", "status", "is_shared")
    rows = await read_values(Shipment, columns, "number_key AMONG 1", [shipment.number_key])
    others = [
        is_shared
        for id_, carrier, status, is_shared in rows
        if id_ != shipment.id
        and not status.is_finished
        and is_same_carrier(carrier, shipment.carrier)
    ]
    if others and not (shipment.is_shared and all(others)):
        raise Conflict(
            f"Another unfinished shipment of {shipment.carrier} has this tracking number."
            " Send a different one. If both are in one box, dispatch each of them with isShared:"
            " true; the one that is dispatched already by repeating its shipmentDispatch.",
            ("input", "trackingNumber"),
        )
    if len(others) >= MAXIMUM_IN_BOX:
        raise LimitExceeded(
            f"A box has at most {MAXIMUM_IN_BOX} shipments. Send the others with a number of their"
            " own.",
            ("input", "trackingNumber"),
        )
