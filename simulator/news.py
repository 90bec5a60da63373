"""A carrier's event as an input of the API."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulator.operations import estimate_input, location_input, moment_text
from simulator.steps import CarrierEvent, Clock

# Local time without a zone is only sent of events so old that, taken for UTC by a server that does
# not know the place, it is not in the future.
LEAST_AGE_WITHOUT_ZONE = timedelta(hours=15)

LOCAL_CLOCKS = frozenset({Clock.NAMED, Clock.MINUTE, Clock.PLACE, Clock.DAY})


def event_input(
    event: CarrierEvent, at: datetime, shipment_id: str | None, now: datetime
) -> dict[str, Any] | None:
    """Return the API's TrackingEventInput; None if the event names no parcel."""
    about = _parcel(event, shipment_id)
    if about is None:
        return None
    news = {
        **about,
        **_time(event, at, now),
        "type": event.type,
        "classifier": event.classifier,
        "sourceEventId": event.source_event_id,
        "retracts": event.retracts,
        "location": location_input(event.place, event.facility),
        "description": event.description,
        "carrierCode": event.carrier_code,
        "signedBy": event.signed_by,
        "exceptionType": event.exception_type,
        "estimate": estimate_input(event.estimate),
    }
    return {name: value for name, value in news.items() if value is not None}


def _parcel(event: CarrierEvent, shipment_id: str | None) -> dict[str, Any] | None:
    if event.by_id and shipment_id is not None:
        return {"shipmentId": shipment_id}
    if event.tracking_number is None:
        return None
    return {"carrier": event.carrier, "trackingNumber": event.tracking_number}


def _time(event: CarrierEvent, at: datetime, now: datetime) -> dict[str, Any]:
    if event.clock is Clock.UTC or event.place is None:
        return {"occurredAt": moment_text(at)}
    local = at.astimezone(ZoneInfo(event.place.zone))
    if event.clock not in LOCAL_CLOCKS:
        return {"occurredAt": local.isoformat(timespec="seconds")}
    if event.clock is Clock.DAY:
        return {"localTime": local.date().isoformat(), "timeZone": event.place.zone}
    if event.clock is Clock.PLACE and now - at > LEAST_AGE_WITHOUT_ZONE:
        return {"localTime": _local_text(local)}
    times = {"localTime": _local_text(local), "timeZone": event.place.zone}
    if event.clock is Clock.MINUTE:
        times |= {"localTime": _local_text(local.replace(second=0)), "precision": "MINUTE"}
    return times


def _local_text(local: datetime) -> str:
    return local.replace(tzinfo=None, microsecond=0).isoformat()
