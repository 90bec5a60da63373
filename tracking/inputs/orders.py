"""Orders, as callers give them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from models.customers import IDENTITY_LENGTH, NAME_LENGTH, PHONE_LENGTH
from models.enums import DeliveryMethod
from models.orders import CITY_LENGTH, LINE_LENGTH, POSTAL_CODE_LENGTH, SKU_LENGTH
from tracking.inputs.stored_fields import StoredChoice, StoredText, StoredTime
from tracking.inputs.unchanged import UNCHANGED, Unchanged


@dataclass(kw_only=True)
class CustomerDraft:
    """A customer. If a customer with the same externalId exists, it is updated; without an
    externalId, a new customer is created."""

    external_id: Annotated[
        str | None,
        "The customer's id in the shop's own system.",
        StoredText(IDENTITY_LENGTH),
    ] = None
    name: Annotated[str, "The customer's name.", StoredText(NAME_LENGTH)]
    email: Annotated[str | None, "The customer's e-mail address."] = None
    phone: Annotated[
        str | None,
        "The customer's telephone number.",
        StoredText(PHONE_LENGTH),
    ] = None
    locale: Annotated[str | None, "The customer's language as a BCP 47 tag; en if left out."] = None


@dataclass(kw_only=True)
class AddressDraft:
    """The full delivery address of an order."""

    name: Annotated[str | None, "The name of the recipient.", StoredText(NAME_LENGTH)] = None
    company: Annotated[
        str | None,
        "The name of the recipient's company.",
        StoredText(NAME_LENGTH),
    ] = None
    line1: Annotated[str, "The street and the house number.", StoredText(LINE_LENGTH)]
    line2: Annotated[str | None, "A second address line.", StoredText(LINE_LENGTH)] = None
    city: Annotated[str, "The city.", StoredText(CITY_LENGTH)]
    region: Annotated[str | None, "The state or province.", StoredText(CITY_LENGTH)] = None
    postal_code: Annotated[str | None, "The postal code.", StoredText(POSTAL_CODE_LENGTH)] = None
    country: Annotated[str, "The ISO 3166 code of the country."]
    phone: Annotated[
        str | None,
        "A telephone number for questions at delivery.",
        StoredText(PHONE_LENGTH),
    ] = None
    latitude: Annotated[float | None, "The latitude in degrees north."] = None
    longitude: Annotated[float | None, "The longitude in degrees east."] = None


@dataclass(kw_only=True)
class ItemDraft:
    """A line of an order."""

    sku: Annotated[str, "The shop's article number.", StoredText(SKU_LENGTH)]
    name: Annotated[str, "The name of the article.", StoredText(LINE_LENGTH)]
    quantity: Annotated[int, "The number of pieces, 1 to 1,000,000."]
    unit_price: Annotated[
        Decimal | None,
        "The price of one piece in the order's currency, with at most the decimals of that"
        " currency. Price times quantity is 0 to 1,000,000,000,000 of its smallest unit.",
    ] = None


@dataclass(kw_only=True)
class MetadatumDraft:
    """A key and a value of the shop's own data."""

    key: Annotated[str, "The key, which must be unique in the order."]
    value: Annotated[str, "The value."]


@dataclass(kw_only=True)
class OrderDraft:
    """An order to create."""

    idempotency_key: Annotated[
        str | None,
        "A key that makes retries safe. The same key with the same content returns the order that"
        " was created first; with other content it is refused with CONFLICT.",
    ] = None
    reference: Annotated[
        str | None,
        "The shop's own order number, which must be unique.",
        StoredText(IDENTITY_LENGTH),
    ] = None
    customer: Annotated[CustomerDraft, "The customer who placed the order."]
    shipping_address: Annotated[AddressDraft, "The delivery address."]
    delivery_method: Annotated[
        DeliveryMethod,
        "The delivery method that the customer chose.",
        StoredChoice(),
    ] = DeliveryMethod.STANDARD
    items: Annotated[
        list[ItemDraft],
        "The lines of the order, 1 to 200. Several lines may have the same sku.",
    ]
    currency: Annotated[str, "The ISO 4217 code of the order's currency."] = "USD"
    total: Annotated[
        Decimal | None,
        "The total including shipping, taxes and discounts; if left out, the sum of the items. It"
        " is 0 to 1,000,000,000,000 of the currency's smallest unit, with at most its decimals.",
    ] = None
    placed_at: Annotated[
        datetime | None,
        "When the order was placed; now if left out. It cannot be in the future.",
    ] = None
    promised_at: Annotated[
        datetime | None,
        "The time by which delivery was promised to the customer.",
        StoredTime(),
    ] = None
    metadata: Annotated[
        list[MetadatumDraft] | None,
        "Up to 50 pairs of the shop's own data.",
    ] = None


@dataclass(kw_only=True)
class OrderAmendment:
    """The changes to an order. Fields that are left out stay unchanged. Customer, address and
    metadata are replaced as a whole; promisedAt: null removes the promise."""

    customer: Annotated[CustomerDraft | None, "The customer who placed the order."] = None
    shipping_address: Annotated[
        AddressDraft | None,
        "The delivery address. It can be changed until something has shipped.",
    ] = None
    promised_at: Annotated[
        datetime | Unchanged | None,
        "The new promised delivery time; null removes the promise.",
        StoredTime(),
    ] = UNCHANGED
    metadata: Annotated[
        list[MetadatumDraft] | None,
        "All pairs of the shop's own data; they replace the existing ones.",
    ] = None
