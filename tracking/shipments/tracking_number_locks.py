"""Tracking numbers: locked before use, so that news and commands cannot miss each other."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from database.connections import connection, is_postgres
from database.rows import read, read_values
from errors import Conflict
from models.enums import FINISHED
from models.events import TrackingEvent
from models.shipments import Shipment, number_lock

NUMBER_REUSE_WINDOW = timedelta(days=30)
"""News belongs to a shipment that existed by 30 days after it and finished less than 30 before."""

Number = tuple[str, str]
"""Carrier, and number as compared."""

LOCK = """
INSERT INTO tracking_number (key) SELECT unnest($1::text[])
ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key WHERE FALSE
"""


async def lock_numbers(numbers: Iterable[Number]) -> None:
    """Lock each number's own row, in their order as all writers do; whoever is first makes it.

    What is there already is locked and left as it is. SQLite has one writer at a time anyway.
    """
    keys = sorted({number_lock(carrier, key) for carrier, key in numbers})
    if keys and is_postgres():
        await connection().execute_query(LOCK, [keys])


def number_of(shipment: Shipment) -> Number | None:
    if shipment.carrier is None or shipment.number_key is None:
        return None
    return shipment.carrier, shipment.number_key


async def refuse_taken_number(shipment: Shipment, before: Number | None) -> None:
    """Among a carrier's unfinished shipments a number is unique.

    Call it under the number's lock, once the shipment has been settled with a new number in
    place of the one `before`: its news may have finished it, or brought it back to life.
    """
    number = number_of(shipment)
    if number in (None, before) or shipment.status.is_finished:
        return
    carrier, key = number
    path = ("input", "trackingNumber")
    others = await Shipment.filter(carrier=carrier, number_key=key).exclude(id=shipment.id)
    if any(not other.status.is_finished for other in others):
        raise Conflict(f"Another shipment of {carrier} that is not finished has this number.", path)


async def order_ids_of(numbers: Iterable[Number], shipment_ids: Iterable[UUID]) -> set[UUID]:
    """The orders of all shipments that have one of these numbers or ids."""
    keys, ids = {key for _, key in numbers}, set(shipment_ids)
    found: list[Sequence[Any]] = []
    if keys:
        found += await read_values(Shipment, ("order_id",), "number_key AMONG 1", keys)
    if ids:
        found += await read_values(Shipment, ("order_id",), "id AMONG 1", ids)
    return {order_id for (order_id,) in found}


def shipment_for_event(event: TrackingEvent, shipments: Iterable[Shipment]) -> Shipment | None:
    """Whom news by number is for: the newest in reach; None if it must be kept."""
    return next((one for one in shipments if _is_in_reach(event, one)), None)


def _is_in_reach(event: TrackingEvent, shipment: Shipment) -> bool:
    finished_at = shipment.finished_at if shipment.status in FINISHED else None
    return was_created_in_time(event, shipment) and (
        finished_at is None or event.moment - finished_at <= NUMBER_REUSE_WINDOW
    )


def was_created_in_time(event: TrackingEvent, shipment: Shipment) -> bool:
    return shipment.created_at - event.moment <= NUMBER_REUSE_WINDOW


async def unmatched_events(number: Number) -> list[TrackingEvent]:
    """News that came before any shipment had the number."""
    where = "carrier AMONG 1 AND number_key AMONG 2 AND shipment_id IS NULL"
    return await read(TrackingEvent, where, *([part] for part in number))
