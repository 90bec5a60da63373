"""Orders as callers give them."""

from datetime import datetime
from decimal import Decimal

import strawberry

from models.enums import DeliveryMethod
from tracking import inputs


@strawberry.input(
    description=(
        "A customer. If a customer with the same externalId exists, it is updated;"
        " without an externalId, a new customer is created."
    )
)
class CustomerInput(inputs.CustomerDraft):
    external_id: str | None = strawberry.field(
        default=None, description="The customer's id in the shop's own system."
    )
    name: str = strawberry.field(description="The customer's name.")
    email: str | None = strawberry.field(default=None, description="The customer's e-mail address.")
    phone: str | None = strawberry.field(
        default=None, description="The customer's telephone number."
    )
    locale: str | None = strawberry.field(
        default=None, description="The customer's language as a BCP 47 tag; en if left out."
    )


@strawberry.input(description="The full delivery address of an order.")
class AddressInput(inputs.AddressDraft):
    name: str | None = strawberry.field(default=None, description="The name of the recipient.")
    company: str | None = strawberry.field(
        default=None, description="The name of the recipient's company."
    )
    line1: str = strawberry.field(description="The street and the house number.")
    line2: str | None = strawberry.field(default=None, description="A second address line.")
    city: str = strawberry.field(description="The city.")
    region: str | None = strawberry.field(default=None, description="The state or province.")
    postal_code: str | None = strawberry.field(default=None, description="The postal code.")
    country: str = strawberry.field(description="The ISO 3166 code of the country.")
    phone: str | None = strawberry.field(
        default=None, description="A telephone number for questions at delivery."
    )
    latitude: float | None = strawberry.field(
        default=None, description="The latitude in degrees north."
    )
    longitude: float | None = strawberry.field(
        default=None, description="The longitude in degrees east."
    )


@strawberry.input(description="A line of an order.")
class OrderItemInput(inputs.ItemDraft):
    sku: str = strawberry.field(description="The shop's article number.")
    name: str = strawberry.field(description="The name of the article.")
    quantity: int = strawberry.field(description="The number of pieces, 1 or more.")
    unit_price: Decimal | None = strawberry.field(
        default=None, description="The price of one piece in the order's currency."
    )


@strawberry.input(description="A key and a value of the shop's own data.")
class MetadatumInput(inputs.MetadatumDraft):
    key: str = strawberry.field(description="The key, which must be unique in the order.")
    value: str = strawberry.field(description="The value.")


@strawberry.input(description="An order to create.")
class OrderCreateInput(inputs.OrderDraft):
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "A key that makes retries safe. The same key with the same content returns"
            " the order that was created first; with other content it is refused with"
            " CONFLICT."
        ),
    )
    reference: str | None = strawberry.field(
        default=None, description="The shop's own order number, which must be unique."
    )
    customer: CustomerInput = strawberry.field(description="The customer who placed the order.")
    shipping_address: AddressInput = strawberry.field(description="The delivery address.")
    delivery_method: DeliveryMethod = strawberry.field(
        default=DeliveryMethod.STANDARD, description="The delivery method that the customer chose."
    )
    items: list[OrderItemInput] = strawberry.field(  # type: ignore[assignment]
        description="The lines of the order, 1 to 200. Several lines may have the same sku."
    )
    currency: str = strawberry.field(
        default="USD", description="The ISO 4217 code of the order's currency."
    )
    total: Decimal | None = strawberry.field(
        default=None,
        description=(
            "The total including shipping, taxes and discounts; if left out, the sum of the items."
        ),
    )
    placed_at: datetime | None = strawberry.field(
        default=None,
        description="When the order was placed; now if left out. It cannot be in the future.",
    )
    promised_at: datetime | None = strawberry.field(
        default=None, description="The time by which delivery was promised to the customer."
    )
    metadata: list[MetadatumInput] | None = strawberry.field(  # type: ignore[assignment]
        default=None, description="Up to 50 pairs of the shop's own data."
    )


@strawberry.input(
    description=(
        "The changes to an order. Fields that are left out stay unchanged. Customer,"
        " address and metadata are replaced as a whole; promisedAt: null removes the"
        " promise."
    )
)
class OrderAmendInput:
    customer: CustomerInput | None = strawberry.field(
        default=None, description="The customer who placed the order."
    )
    shipping_address: AddressInput | None = strawberry.field(
        default=None,
        description="The delivery address. It can be changed until something has shipped.",
    )
    promised_at: datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description="The new promised delivery time; null removes the promise.",
    )
    metadata: list[MetadatumInput] | None = strawberry.field(
        default=None,
        description="All pairs of the shop's own data; they replace the existing ones.",
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
