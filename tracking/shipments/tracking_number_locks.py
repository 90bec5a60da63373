"""Tracking number locks: events and commands lock a number, so that they cannot miss each other."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from database.connections import connection, is_postgres
from database.locks import RowLock
from database.retries import ConcurrentChange
from database.rows import read_values
from errors import Conflict
from models.shipments import Shipment, TrackingNumber, number_lock
from tracking.orders.loaded_orders import LoadedOrder
from unit_of_work.unit_of_work import UnitOfWork

Number = tuple[str, str]
"""A carrier, and a tracking number in the form that is compared."""

MAXIMUM_SHARING = 10
"""Shipments with the same number to which its events can go: a carrier uses a number again after
months. A shop may write the same word for all parcels without a number, and their orders are not
all loaded for each."""

LOCK = """
INSERT INTO tracking_number (key) SELECT unnest($1::text[])
ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key WHERE FALSE
"""


async def lock_numbers(uow: UnitOfWork, numbers: Iterable[Number]) -> None:
    """Lock the row of each number, in their order as all writers do; insert it if it is new.

    An existing row is locked without being changed. SQLite has only one writer anyway. Raises
    LockedOut.
    """
    keys = sorted({number_lock(carrier, key) for carrier, key in numbers})
    if keys and is_postgres():
        with uow.locking(RowLock(TrackingNumber, "key", key) for key in keys):
            await connection().execute_query(LOCK, [keys])


def number_of(shipment: Shipment) -> Number | None:
    if shipment.carrier is None or shipment.number_key is None:
        return None
    return shipment.carrier, shipment.number_key


async def numbers_of_shipments(shipment_ids: Collection[UUID]) -> set[Number]:
    """Return the numbers that the shipments have now, to lock them."""
    if not shipment_ids:
        return set()
    columns = ("carrier", "number_key")
    rows = await read_values(Shipment, columns, "id AMONG 1", shipment_ids)
    return {(carrier, key) for carrier, key in rows if carrier is not None and key is not None}


async def order_ids_by_number(numbers: Collection[Number]) -> dict[Number, set[UUID]]:
    """Return for each number the orders of the newest shipments that have it."""
    sharing: dict[Number, list[tuple[list[Any], UUID]]] = {number: [] for number in numbers}
    if sharing:
        columns = ("created_at", "id", "order_id", "carrier", "number_key")
        keys = {key for _, key in numbers}
        for *newest, order_id, carrier, key in await read_values(
            Shipment, columns, "number_key AMONG 1", keys
        ):
            sharing.get((carrier, key), []).append((newest, order_id))
    return {
        number: {order_id for _, order_id in sorted(rows)[-MAXIMUM_SHARING:]}
        for number, rows in sharing.items()
    }


async def order_ids_of(numbers: Collection[Number], shipment_ids: Collection[UUID]) -> set[UUID]:
    """Return the orders of these shipments, and of the newest that have one of these numbers."""
    order_ids = set().union(*(await order_ids_by_number(numbers)).values())
    if shipment_ids:
        rows_by_id = await read_values(Shipment, ("order_id",), "id AMONG 1", shipment_ids)
        order_ids |= {order_id for (order_id,) in rows_by_id}
    return order_ids


def check_numbers_are_locked(
    orders: Iterable[LoadedOrder], shipment_ids: Collection[UUID], numbers: Collection[Number]
) -> None:
    """Raise ConcurrentChange if one of the shipments has got a number that was not locked."""
    for loaded in orders:
        for shipment in loaded.shipments:
            number = number_of(shipment)
            if shipment.id in shipment_ids and number is not None and number not in numbers:
                raise ConcurrentChange


def shipments_by_number(
    orders: Mapping[UUID, LoadedOrder], numbers: Iterable[Number]
) -> dict[Number, list[Shipment]]:
    """Return the shipments that have each of these numbers, the newest first."""
    by_number: dict[Number, list[Shipment]] = {number: [] for number in numbers}
    shipments = [shipment for loaded in orders.values() for shipment in loaded.shipments]
    for shipment in sorted(shipments, key=lambda row: (row.created_at, row.id), reverse=True):
        number = number_of(shipment)
        if number in by_number:
            by_number[number].append(shipment)
    return by_number


async def refuse_taken_number(shipment: Shipment) -> None:
    """Raise Conflict if another unfinished shipment of the carrier has the shipment's new number.

    Call it under the number's lock, and after reconciliation: the events of the new number may
    have finished the shipment, or moved it again.
    """
    number = number_of(shipment)
    if number is None or shipment.status.is_finished:
        return
    where = "carrier AMONG 1 AND number_key AMONG 2"
    others = await read_values(Shipment, ("id", "status"), where, *([part] for part in number))
    if any(id_ != shipment.id and not status.is_finished for id_, status in others):
        raise Conflict(
            f"Another unfinished shipment of {number[0]} has this tracking number."
            " Send a different one.",
            ("input", "trackingNumber"),
        )
