"""Shipments, as callers give them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from models.customers import IDENTITY_LENGTH
from models.shipments import CARRIER_LENGTH, NUMBER_LENGTH, SERVICE_LENGTH
from tracking.inputs.orders import QUANTITY
from tracking.inputs.places import EstimateDraft, LocationDraft
from tracking.inputs.stored_fields import LimitedText


@dataclass(kw_only=True)
class PiecesDraft:
    """Pieces of one order line, to put into a shipment or to cancel."""

    item_id: Annotated[str, "The id of the order line."]
    quantity: Annotated[int, QUANTITY]


@dataclass(kw_only=True)
class ShipmentDraft:
    """A shipment to create."""

    items: Annotated[
        list[PiecesDraft] | None,
        "The pieces to put into the shipment; if left out, all pieces that are not in a shipment"
        " yet.",
    ] = None
    carrier: Annotated[
        str | None, "The carrier's code, such as dhl_express.", LimitedText(CARRIER_LENGTH)
    ] = None
    service: Annotated[
        str | None,
        "The carrier's service, such as its express product.",
        LimitedText(SERVICE_LENGTH),
    ] = None
    origin: Annotated[LocationDraft | None, "The place from which the shipment starts."] = None
    occurred_at: Annotated[
        datetime | None,
        "When the shipment was planned; now if left out. It cannot be in the future.",
    ] = None
    idempotency_key: Annotated[
        str | None,
        "A key that makes retries safe. The same key with the same content returns the shipment"
        " that was created first; with other content it is refused with CONFLICT.",
        LimitedText(IDENTITY_LENGTH),
    ] = None


@dataclass(kw_only=True)
class DispatchDraft:
    """The details of a shipment that is handed to a carrier, or made ready for collection or for
    the shop's own van."""

    carrier: Annotated[
        str,
        "The carrier's code, such as dhl_express, or own for the shop's own van.",
        LimitedText(CARRIER_LENGTH),
    ]
    tracking_number: Annotated[
        str | None, "The carrier's tracking number.", LimitedText(NUMBER_LENGTH)
    ] = None
    service: Annotated[
        str | None,
        "The carrier's service, such as its express product.",
        LimitedText(SERVICE_LENGTH),
    ] = None
    estimate: Annotated[EstimateDraft | None, "The expected delivery time."] = None
    occurred_at: Annotated[
        datetime | None,
        "When the shipment was dispatched; now if left out. It cannot be in the future.",
    ] = None
    is_shared: Annotated[
        bool,
        "Whether shipments of other orders are in the same box, under the same carrier and"
        " trackingNumber; the news of the number then goes to all that say so. To say it of a"
        " shipment that is dispatched already, repeat its shipmentDispatch with true.",
    ] = False


@dataclass(kw_only=True)
class ShipmentAmendment:
    """The corrections to a shipment. Fields that are left out stay unchanged."""

    carrier: Annotated[str | None, "The correct carrier.", LimitedText(CARRIER_LENGTH)] = None
    tracking_number: Annotated[
        str | None, "The correct tracking number.", LimitedText(NUMBER_LENGTH)
    ] = None
    service: Annotated[
        str | None, "The correct service of the carrier.", LimitedText(SERVICE_LENGTH)
    ] = None
