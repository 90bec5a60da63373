"""Tracking numbers: locked before they are used, so that news and commands cannot miss each other."""

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


async def refuse_taken_number(shipment: Shipment, number: Number, *path: str) -> None:
    """Among a carrier's unfinished shipments a number is unique. Call it under the number's lock."""
    carrier, key = number
    others = await Shipment.filter(carrier=carrier, number_key=key).exclude(id=shipment.id)
    if any(not other.status.is_finished for other in others):
        raise Conflict(
            f"Another shipment of {carrier} that is not finished has this number.", path
        )


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
    return shipment.created_at <= event.moment + REACH and (
        finished_at is None or finished_at >= event.moment - REACH
    )


async def kept_events(number: Number) -> list[TrackingEvent]:
    """News that came before any shipment had the number."""
    carrier, key = number
    return await TrackingEvent.filter(carrier=carrier, number_key=key, shipment_id=None)


