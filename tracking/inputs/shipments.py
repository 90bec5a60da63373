"""Shipments, as callers give them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from tracking.inputs.places import EstimateDraft, LocationDraft


@dataclass(kw_only=True)
class PiecesDraft:
    """Pieces of one order line, to put into a shipment or to cancel."""

    item_id: Annotated[str, "The id of the order line."]
    quantity: Annotated[int, "The number of pieces, 1 to 1,000,000."]


@dataclass(kw_only=True)
class ShipmentDraft:
    """A shipment to create."""

    items: Annotated[
        list[PiecesDraft] | None,
        "The pieces to put into the shipment; if left out, all pieces that are not in a shipment"
        " yet.",
    ] = None
    carrier: Annotated[str | None, "The carrier's code, such as dhl_express."] = None
    service: Annotated[str | None, "The carrier's service, such as its express product."] = None
    origin: Annotated[LocationDraft | None, "The place from which the shipment starts."] = None
    occurred_at: Annotated[
        datetime | None,
        "When the shipment was planned; now if left out. It cannot be in the future.",
    ] = None
    idempotency_key: Annotated[
        str | None,
        "A key that makes retries safe. The same key with the same content returns the shipment"
        " that was created first; with other content it is refused with CONFLICT.",
    ] = None


@dataclass(kw_only=True)
class DispatchDraft:
    """The details of a shipment that is handed to a carrier, or made ready for collection or for
    the shop's own van."""

    carrier: Annotated[
        str,
        "The carrier's code, such as dhl_express, or own for the shop's own van.",
    ]
    tracking_number: Annotated[str | None, "The carrier's tracking number."] = None
    service: Annotated[str | None, "The carrier's service, such as its express product."] = None
    estimate: Annotated[EstimateDraft | None, "The expected delivery time."] = None
    occurred_at: Annotated[
        datetime | None,
        "When the shipment was dispatched; now if left out. It cannot be in the future.",
    ] = None


@dataclass(kw_only=True)
class ShipmentAmendment:
    """The corrections to a shipment. Fields that are left out stay unchanged."""

    carrier: Annotated[str | None, "The correct carrier."] = None
    tracking_number: Annotated[str | None, "The correct tracking number."] = None
    service: Annotated[str | None, "The correct service of the carrier."] = None
