"""Orders as callers give them."""

from datetime import datetime
from decimal import Decimal

import strawberry

from models.enums import DeliveryMethod
from tracking import inputs


@strawberry.input(
    description=(
        "A customer. The same externalId is the same customer, brought up to date;"
        " without one, a new customer."
    )
)
class CustomerInput(inputs.CustomerDraft):
    external_id: str | None = strawberry.field(default=None, description="The shop's own id.")
    name: str = strawberry.field(description="Their name.")
    email: str | None = strawberry.field(default=None, description="Their e-mail address.")
    phone: str | None = strawberry.field(default=None, description="Their telephone number.")
    locale: str | None = strawberry.field(
        default=None, description="Their language, as a BCP 47 tag; en if left out."
    )


@strawberry.input(description="Where an order goes, to the door.")
class AddressInput(inputs.AddressDraft):
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
class OrderItemInput(inputs.ItemDraft):
    sku: str = strawberry.field(description="The shop's article number.")
    name: str = strawberry.field(description="What it is.")
    quantity: int = strawberry.field(description="How many pieces: 1 or more.")
    unit_price: Decimal | None = strawberry.field(
        default=None, description="The price of one piece, in the order's currency."
    )


@strawberry.input(description="A pair of the shop's own.")
class MetadatumInput(inputs.MetadatumDraft):
    key: str = strawberry.field(description="Its name, once in an order.")
    value: str = strawberry.field(description="Its value.")


@strawberry.input(description="A new order.")
class OrderCreateInput(inputs.OrderDraft):
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

    def amendment(self) -> inputs.OrderAmendment:
        is_said = self.promised_at is not strawberry.UNSET
        return inputs.OrderAmendment(
            customer=self.customer,
            shipping_address=self.shipping_address,
            metadata=None if self.metadata is None else list(self.metadata),
            promised_at=self.promised_at if is_said else None,
            changes_promise=is_said,
        )
