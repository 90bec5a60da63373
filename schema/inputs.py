"""The input types: the dataclasses of tracking/inputs, each with its name in the API."""

from datetime import datetime

import strawberry

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
register_input(PiecesDraft, "ShipmentItemInput", ids=["item_id"])
register_input(ShipmentDraft, "ShipmentCreateInput")
register_input(DispatchDraft, "ShipmentDispatchInput")
register_input(ShipmentAmendment, "ShipmentAmendInput")
register_input(EventDraft, "TrackingEventInput", ids=["shipment_id"])
register_input(EventBatch, "TrackingEventsRecordInput")
register_input(ExceptionDraft, "ExceptionOpenInput", ids=["shipment_id"])


@strawberry.input(
    description=(
        "The changes to an order. Fields that are left out stay unchanged. Customer,"
        " address and metadata are replaced as a whole; promisedAt: null removes the"
        " promise."
    )
)
class OrderAmendInput:
    customer: CustomerDraft | None = strawberry.field(
        default=None, description="The customer who placed the order."
    )
    shipping_address: AddressDraft | None = strawberry.field(
        default=None,
        description="The delivery address. It can be changed until something has shipped.",
    )
    promised_at: datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description="The new promised delivery time; null removes the promise.",
    )
    metadata: list[MetadatumDraft] | None = strawberry.field(
        default=None,
        description="All pairs of the shop's own data; they replace the existing ones.",
    )

    def amendment(self) -> OrderAmendment:
        changes_promise = self.promised_at is not strawberry.UNSET
        return OrderAmendment(
            customer=self.customer,
            shipping_address=self.shipping_address,
            metadata=None if self.metadata is None else list(self.metadata),
            promised_at=self.promised_at if changes_promise else None,
            changes_promise=changes_promise,
        )
