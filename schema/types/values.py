"""Small values: money, places, estimates."""

from datetime import datetime
from decimal import Decimal

import strawberry

from models.enums import EstimateSource


@strawberry.type(description="An exact amount.")
class Money:
    amount: Decimal = strawberry.field(description="The amount.")
    currency: str = strawberry.field(description="Its ISO 4217 code.")


@strawberry.type(description="A place, as far as it is known.")
class Location:
    name: str | None = strawberry.field(default=None, description="Its name, like a depot's.")
    city: str | None = strawberry.field(default=None, description="The city.")
    region: str | None = strawberry.field(default=None, description="State or province.")
    postal_code: str | None = strawberry.field(default=None, description="The postal code.")
    country: str | None = strawberry.field(default=None, description="Its ISO 3166 code.")
    latitude: float | None = strawberry.field(default=None, description="Degrees north.")
    longitude: float | None = strawberry.field(default=None, description="Degrees east.")


@strawberry.type(description="Where an order goes, to the door.")
class Address:
    name: str | None = strawberry.field(description="Who receives it.")
    company: str | None = strawberry.field(description="The company.")
    line1: str = strawberry.field(description="Street and house number.")
    line2: str | None = strawberry.field(description="More of the address.")
    city: str = strawberry.field(description="The city.")
    region: str | None = strawberry.field(description="State or province.")
    postal_code: str | None = strawberry.field(description="The postal code.")
    country: str = strawberry.field(description="Its ISO 3166 code.")
    phone: str | None = strawberry.field(description="Whom to call at the door.")


@strawberry.type(description="When something is expected, and who says so.")
class DeliveryEstimate:
    earliest: datetime = strawberry.field(description="Not before.")
    latest: datetime = strawberry.field(description="Not after.")
    source: EstimateSource = strawberry.field(description="Who says so.")
    reason: str | None = strawberry.field(description="Why, if it was said.")
    revised_at: datetime = strawberry.field(description="Since when they say so.")


@strawberry.type(description="A pair of the shop's own.")
class Metadatum:
    key: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(description="What changed in a field. Personal values are masked.")
class Difference:
    field: str = strawberry.field(description="The path of the field.")
    before: str | None = strawberry.field(description="What it was.")
    after: str | None = strawberry.field(description="What it is.")
