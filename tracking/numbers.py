"""Tracking numbers: locked before use, so that news and commands cannot miss each other."""

from collections.abc import Iterable
from datetime import timedelta

from errors import Conflict
from models.enums import FINISHED
from models.events import TrackingEvent
from models.shipments import Shipment, TrackingNumber, number_lock

REACH = timedelta(days=30)
"""News belongs to a shipment that existed by 30 days after it and finished less than 30 before."""

Number = tuple[str, str]
"""Carrier, and number as compared."""


async def lock_numbers(numbers: Iterable[Number]) -> None:
    """Lock each number's own row, in their order as all writers do; whoever is first makes it."""
    keys = sorted({number_lock(carrier, key) for carrier, key in numbers})
    if not keys:
        return
    await TrackingNumber.bulk_create(
        [TrackingNumber(key=key) for key in keys], ignore_conflicts=True
    )
    await TrackingNumber.filter(key__in=keys).order_by("key").select_for_update()


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


async def shipments_of(numbers: Iterable[Number]) -> dict[Number, list[Shipment]]:
    """The shipments of each number, newest first."""
    wanted = set(numbers)
    found: dict[Number, list[Shipment]] = {number: [] for number in wanted}
    keys = {key for _, key in wanted}
    if keys:
        for one in await Shipment.filter(number_key__in=keys).order_by("-created_at", "-id"):
            number = (str(one.carrier), str(one.number_key))
            if number in found:
                found[number].append(one)
    return found


def addressee(event: TrackingEvent, shipments: Iterable[Shipment]) -> Shipment | None:
    """Whom news by number is for: the newest in reach; None if it must be kept."""
    return next((one for one in shipments if _is_in_reach(event, one)), None)


def _is_in_reach(event: TrackingEvent, shipment: Shipment) -> bool:
    finished_at = shipment.finished_at if shipment.status in FINISHED else None
    return existed_for(event, shipment) and (
        finished_at is None or event.moment - finished_at <= REACH
    )


def existed_for(event: TrackingEvent, shipment: Shipment) -> bool:
    return shipment.created_at - event.moment <= REACH


async def kept_events(number: Number) -> list[TrackingEvent]:
    """News that came before any shipment had the number."""
    carrier, key = number
    return await TrackingEvent.filter(carrier=carrier, number_key=key, shipment_id=None)
