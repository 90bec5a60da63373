"""Attempts: which estimates were made before somebody tried to deliver in vain."""

from datetime import datetime

from language.facts import EstimateFacts, ShipmentFacts
from models.enums import TrackingEventType


def is_outdated(estimate: EstimateFacts, shipment: ShipmentFacts) -> bool:
    """Return whether the estimate was made before the parcel's last attempt of delivery.

    It was the day of that attempt, and nobody has given another one since.
    """
    tried_at = _last_attempt(shipment)
    return tried_at is not None and estimate.revised_at < tried_at


def has_outdated_estimate(shipment: ShipmentFacts) -> bool:
    return shipment.estimate is not None and is_outdated(shipment.estimate, shipment)


def _last_attempt(shipment: ShipmentFacts) -> datetime | None:
    attempts = (
        event.occurred_at
        for event in shipment.newest_events
        if event.type is TrackingEventType.DELIVERY_ATTEMPTED and event.has_happened
    )
    return max(attempts, default=None)
