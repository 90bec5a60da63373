"""The input types: the dataclasses of tracking/inputs, each with its name in the API."""

from schema import enums as _registered  # noqa: F401
from schema.input_types import register_input
from tracking.inputs import (
    AddressDraft,
    CustomerDraft,
    DispatchDraft,
    EstimateDraft,
    EventBatch,
    EventDraft,
    ExceptionDraft,
    ItemDraft,
    LocationDraft,
    MetadatumDraft,
    OrderAmendment,
    OrderDraft,
    PiecesDraft,
    ShipmentAmendment,
    ShipmentDraft,
)

register_input(LocationDraft, "LocationInput")
register_input(EstimateDraft, "EstimateInput")
register_input(CustomerDraft, "CustomerInput")
register_input(AddressDraft, "AddressInput")
register_input(ItemDraft, "OrderItemInput")
register_input(MetadatumDraft, "MetadatumInput")
register_input(OrderDraft, "OrderCreateInput")
register_input(OrderAmendment, "OrderAmendInput")
register_input(PiecesDraft, "ShipmentItemInput", ids=["item_id"])
register_input(ShipmentDraft, "ShipmentCreateInput")
register_input(DispatchDraft, "ShipmentDispatchInput")
register_input(ShipmentAmendment, "ShipmentAmendInput")
register_input(EventDraft, "TrackingEventInput", ids=["shipment_id"])
register_input(EventBatch, "TrackingEventsRecordInput")
register_input(ExceptionDraft, "ExceptionOpenInput", ids=["shipment_id"])
