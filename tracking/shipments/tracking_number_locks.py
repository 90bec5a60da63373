"""Tracking number locks: events and commands lock a number, so that they cannot miss each other."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from database.connections import connection, is_postgres
from database.locks import RowLock
from database.rows import read, read_values
from errors import Conflict
from models.enums import FINISHED
from models.events import TrackingEvent
from models.shipments import Shipment, TrackingNumber, number_lock
from unit_of_work.unit_of_work import UnitOfWork

NUMBER_REUSE_WINDOW = timedelta(days=30)
"""Carriers use numbers again. An event belongs to a shipment that was created at most so long after
it, and finished at most so long before it."""

Number = tuple[str, str]
"""A carrier, and a tracking number in the form that is compared."""

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


async def refuse_taken_number(shipment: Shipment, previous: Number | None) -> None:
    """Raise Conflict if another unfinished shipment of the carrier has the same new number.

    Call it under the number's lock, and after reconciliation: the events of the new number may
    have finished the shipment, or moved it again.
    """
    number = number_of(shipment)
    if number in (None, previous) or shipment.status.is_finished:
        return
    carrier, key = number
    path = ("input", "trackingNumber")
    others = await Shipment.filter(carrier=carrier, number_key=key).exclude(id=shipment.id)
    if any(not other.status.is_finished for other in others):
        raise Conflict(
            f"Another unfinished shipment of {carrier} has this tracking number."
            " Send a different one.",
            path,
        )


async def order_ids_of(numbers: Iterable[Number], shipment_ids: Iterable[UUID]) -> set[UUID]:
    """Return the orders of all shipments that have one of these numbers or ids."""
    keys, ids = {key for _, key in numbers}, set(shipment_ids)
    rows: list[Sequence[Any]] = []
    if keys:
        rows += await read_values(Shipment, ("order_id",), "number_key AMONG 1", keys)
    if ids:
        rows += await read_values(Shipment, ("order_id",), "id AMONG 1", ids)
    return {order_id for (order_id,) in rows}


def shipment_for_event(event: TrackingEvent, shipments: Iterable[Shipment]) -> Shipment | None:
    """Return the first shipment to which an event with their number can belong.

    `shipments` have the newest first. None means that the event is unmatched.
    """
    return next((shipment for shipment in shipments if _can_have(shipment, event)), None)


def _can_have(shipment: Shipment, event: TrackingEvent) -> bool:
    finished_at = shipment.finished_at if shipment.status in FINISHED else None
    return was_created_in_time(shipment, event) and (
        finished_at is None or event.moment - finished_at <= NUMBER_REUSE_WINDOW
    )


def was_created_in_time(shipment: Shipment, event: TrackingEvent) -> bool:
    """Return whether the shipment was created before the event or soon enough after it."""
    return shipment.created_at - event.moment <= NUMBER_REUSE_WINDOW


async def unmatched_events(number: Number) -> list[TrackingEvent]:
    """Return the events of the number that belong to no shipment."""
    where = "carrier AMONG 1 AND number_key AMONG 2 AND shipment_id IS NULL"
    return await read(TrackingEvent, where, *([part] for part in number))
