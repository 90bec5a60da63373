"""What callers give: the drafts of tracking/, with a description of every field.

A list of inputs stands where the draft has a list of drafts: it is read here and never added to.
"""

from datetime import datetime
from decimal import Decimal

import strawberry

from models.enums import (
    DeliveryMethod,
    EventClassifier,
    ExceptionSeverity,
    ExceptionType,
    Party,
    TimePrecision,
    TrackingEventType,
)
from tracking import drafts


@strawberry.input(
    description=(
        "A customer. The same externalId is the same customer, brought up to date;"
        " without one, a new customer."
    )
)
class CustomerInput(drafts.CustomerDraft):
    external_id: str | None = strawberry.field(default=None, description="The shop's own id.")
    name: str = strawberry.field(description="Their name.")
    email: str | None = strawberry.field(default=None, description="Their e-mail address.")
    phone: str | None = strawberry.field(default=None, description="Their telephone number.")
    locale: str | None = strawberry.field(
        default=None, description="Their language, as a BCP 47 tag; en if left out."
    )


@strawberry.input(description="Where an order goes, to the door.")
class AddressInput(drafts.AddressDraft):
    name: str | None = strawberry.field(default=None, description="Who receives it.")
    company: str | None = strawberry.field(default=None, description="The company.")
    line1: str = strawberry.field(description="Street and house number.")
    line2: str | None = strawberry.field(default=None, description="More of the address.")
    city: str = strawberry.field(description="The city.")
    region: str | None = strawberry.field(default=None, description="State or province.")
    postal_code: str | None = strawberry.field(default=None, description="The postal code.")
    country: str = strawberry.field(description="Its ISO 3166 code.")
    phone: str | None = strawberry.field(default=None, description="Whom to call at the door.")
    latitude: float | None = strawberry.field(default=None, description="Degrees north.")
    longitude: float | None = strawberry.field(default=None, description="Degrees east.")


@strawberry.input(description="A line of an order.")
class OrderItemInput(drafts.ItemDraft):
    sku: str = strawberry.field(description="The shop's article number.")
    name: str = strawberry.field(description="What it is.")
    quantity: int = strawberry.field(description="How many pieces: 1 or more.")
    unit_price: Decimal | None = strawberry.field(
        default=None, description="The price of one piece, in the order's currency."
    )


@strawberry.input(description="A pair of the shop's own.")
class MetadatumInput(drafts.MetadatumDraft):
    key: str = strawberry.field(description="Its name, once in an order.")
    value: str = strawberry.field(description="Its value.")


@strawberry.input(description="A new order.")
class OrderCreateInput(drafts.OrderDraft):
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="The same key and content: the same order; other content: CONFLICT.",
    )
    reference: str | None = strawberry.field(
        default=None, description="The shop's own order number; unique."
    )
    customer: CustomerInput = strawberry.field(description="Who orders.")
    shipping_address: AddressInput = strawberry.field(description="Where it goes.")
    delivery_method: DeliveryMethod = strawberry.field(
        default=DeliveryMethod.STANDARD, description="How it is wanted."
    )
    items: list[OrderItemInput] = strawberry.field(  # type: ignore[assignment]
        description="1 to 200 lines; the same sku may stand on several."
    )
    currency: str = strawberry.field(default="USD", description="Its ISO 4217 code.")
    total: Decimal | None = strawberry.field(
        default=None, description="With shipping, tax, discount; else the sum of the items."
    )
    placed_at: datetime | None = strawberry.field(
        default=None, description="When it was placed: now if left out, never in the future."
    )
    promised_at: datetime | None = strawberry.field(
        default=None, description="By when the customer was promised it."
    )
    metadata: list[MetadatumInput] | None = strawberry.field(  # type: ignore[assignment]
        default=None, description="Up to 50 pairs of the shop's own."
    )


@strawberry.input(
    description=(
        "What is left out stays; customer, address and metadata are replaced whole;"
        " promisedAt null takes the promise away."
    )
)
class OrderAmendInput:
    customer: CustomerInput | None = strawberry.field(default=None, description="Who orders.")
    shipping_address: AddressInput | None = strawberry.field(
        default=None, description="Where it goes; until something ships."
    )
    promised_at: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="The new promise; null takes it away."
    )
    metadata: list[MetadatumInput] | None = strawberry.field(
        default=None, description="All its pairs."
    )

    def amendment(self) -> drafts.OrderAmendment:
        is_said = self.promised_at is not strawberry.UNSET
        return drafts.OrderAmendment(
            customer=self.customer,
            shipping_address=self.shipping_address,
            metadata=None if self.metadata is None else list(self.metadata),
            promised_at=self.promised_at if is_said else None,
            changes_promise=is_said,
        )


@strawberry.input(description="A place, as far as it is known.")
class LocationInput(drafts.LocationDraft):
    name: str | None = strawberry.field(default=None, description="Its name, like a depot's.")
    city: str | None = strawberry.field(default=None, description="The city.")
    region: str | None = strawberry.field(default=None, description="State or province.")
    postal_code: str | None = strawberry.field(default=None, description="The postal code.")
    country: str | None = strawberry.field(default=None, description="Its ISO 3166 code.")
    latitude: float | None = strawberry.field(default=None, description="Degrees north.")
    longitude: float | None = strawberry.field(default=None, description="Degrees east.")


@strawberry.input(description="When something is expected.")
class EstimateInput(drafts.EstimateDraft):
    earliest: datetime = strawberry.field(description="Not before.")
    latest: datetime = strawberry.field(description="Not after.")
    reason: str | None = strawberry.field(default=None, description="Why, for staff to read.")


@strawberry.input(description="Pieces of one line.")
class ShipmentItemInput(drafts.PiecesDraft):
    item_id: strawberry.ID = strawberry.field(description="The id of the line.")
    quantity: int = strawberry.field(description="How many pieces: 1 or more.")


@strawberry.input(description="A new shipment.")
class ShipmentCreateInput(drafts.ShipmentDraft):
    items: list[ShipmentItemInput] | None = strawberry.field(  # type: ignore[assignment]
        default=None, description="What goes into it; all that is left, if left out."
    )
    carrier: str | None = strawberry.field(default=None, description="A code like dhl_express.")
    service: str | None = strawberry.field(default=None, description="The carrier's product.")
    origin: LocationInput | None = strawberry.field(default=None, description="Where it starts.")
    occurred_at: datetime | None = strawberry.field(
        default=None, description="When it was planned: now if left out, never in the future."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="The same key and content: the same shipment; other content: CONFLICT.",
    )


@strawberry.input(description="Handed to a carrier, or ready for collection or for our own van.")
class ShipmentDispatchInput(drafts.DispatchDraft):
    carrier: str = strawberry.field(description="A code like dhl_express, or own.")
    tracking_number: str | None = strawberry.field(
        default=None, description="The carrier's number."
    )
    service: str | None = strawberry.field(default=None, description="The carrier's product.")
    estimate: EstimateInput | None = strawberry.field(
        default=None, description="When it is expected."
    )
    occurred_at: datetime | None = strawberry.field(
        default=None, description="When it happened: now if left out, never in the future."
    )


@strawberry.input(description="What is put right; what is left out stays.")
class ShipmentAmendInput(drafts.ShipmentAmendment):
    carrier: str | None = strawberry.field(default=None, description="The right carrier.")
    tracking_number: str | None = strawberry.field(default=None, description="The right number.")
    service: str | None = strawberry.field(default=None, description="The right product.")


@strawberry.input(description="News of a shipment, named by its id or by carrier and number.")
class TrackingEventInput(drafts.EventDraft):
    shipment_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose news it is; or give carrier and trackingNumber."
    )
    carrier: str | None = strawberry.field(default=None, description="A code like dhl_express.")
    tracking_number: str | None = strawberry.field(
        default=None, description="The carrier's number; kept until a shipment takes it."
    )
    type: TrackingEventType = strawberry.field(description="What happened.")
    classifier: EventClassifier = strawberry.field(
        default=EventClassifier.ACTUAL, description="Whether it happened already."
    )
    occurred_at: datetime | None = strawberry.field(
        default=None, description="When, with its offset; or give localTime."
    )
    local_time: str | None = strawberry.field(
        default=None,
        description='"2026-03-01T14:05:00" or a date, without a zone, as the carrier gave it.',
    )
    time_zone: str | None = strawberry.field(
        default=None,
        description=(
            "IANA name for localTime; else the location's zone; else UTC is assumed, and said."
        ),
    )
    precision: TimePrecision = strawberry.field(
        default=TimePrecision.SECOND, description="How exactly the time is known."
    )
    source_event_id: str | None = strawberry.field(
        default=None,
        description=(
            "The source's own id; without one, a fingerprint of what happened tells repeats."
        ),
    )
    retracts: str | None = strawberry.field(
        default=None,
        description=(
            "The sourceEventId of an event that this one takes back; it may come before it."
        ),
    )
    location: LocationInput | None = strawberry.field(default=None, description="Where.")
    description: str | None = strawberry.field(
        default=None, description="What the carrier says of it."
    )
    carrier_code: str | None = strawberry.field(default=None, description="The carrier's own code.")
    signed_by: str | None = strawberry.field(default=None, description="Who signed for it.")
    exception_type: ExceptionType | None = strawberry.field(
        default=None,
        description="What kind of trouble, where the event's type leaves it open.",
    )
    estimate: EstimateInput | None = strawberry.field(
        default=None, description="When it is expected now."
    )


@strawberry.input(description="Up to 500 tracking events of one source.")
class TrackingEventsRecordInput(drafts.EventBatch):
    source: str = strawberry.field(description="Who tells: a carrier, an aggregator, api ...")
    events: list[TrackingEventInput] = strawberry.field(  # type: ignore[assignment]
        description="1 to 500 of them."
    )


@strawberry.input(description="Trouble that a person saw.")
class ExceptionOpenInput(drafts.ExceptionDraft):
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="The same key and content: the same exception; other content: CONFLICT.",
    )
    shipment_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of which shipment; the whole order, if left out."
    )
    type: ExceptionType = strawberry.field(description="What kind of trouble.")
    severity: ExceptionSeverity | None = strawberry.field(
        default=None, description="How bad; what is usual for its type, if left out."
    )
    caused_by: Party | None = strawberry.field(
        default=None, description="Whose doing; what is usual for its type, if left out."
    )
    summary: str = strawberry.field(description="What it is about.")
    due_at: datetime | None = strawberry.field(
        default=None, description="By when to solve it; by its severity, if left out."
    )
    action_required: bool | None = strawberry.field(
        default=None, description="Whether somebody must do something."
    )
