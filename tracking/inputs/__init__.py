"""Inputs of commands: drafts of new objects and amendments, not checked yet.

The docstring of a class and the text beside the type of a field are their descriptions in the API,
whose input types `schema.inputs` makes of these classes.
"""

from tracking.inputs.events import EventBatch, EventDraft
from tracking.inputs.exceptions import ExceptionDraft
from tracking.inputs.orders import (
    AddressDraft,
    CustomerDraft,
    ItemDraft,
    MetadatumDraft,
    OrderAmendment,
    OrderDraft,
)
from tracking.inputs.places import EstimateDraft, LocationDraft
from tracking.inputs.shipments import DispatchDraft, PiecesDraft, ShipmentAmendment, ShipmentDraft

__all__ = [
    "AddressDraft",
    "CustomerDraft",
    "DispatchDraft",
    "EstimateDraft",
    "EventBatch",
    "EventDraft",
    "ExceptionDraft",
    "ItemDraft",
    "LocationDraft",
    "MetadatumDraft",
    "OrderAmendment",
    "OrderDraft",
    "PiecesDraft",
    "ShipmentAmendment",
    "ShipmentDraft",
]
