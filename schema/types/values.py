"""Small values that several types share: money, places, estimates."""

from datetime import datetime
from decimal import Decimal

import strawberry

from models.enums import EstimateSource


@strawberry.type(description="An exact amount of money.")
class Money:
    amount: Decimal = strawberry.field(description="The amount.")
    currency: str = strawberry.field(description="The ISO 4217 code of the currency.")


@strawberry.type(description="A place, described as far as it is known.")
class Location:
    name: str | None = strawberry.field(
        default=None, description="The name of the place, such as a depot."
    )
    city: str | None = strawberry.field(default=None, description="The city.")
    region: str | None = strawberry.field(default=None, description="The state or province.")
    postal_code: str | None = strawberry.field(default=None, description="The postal code.")
    country: str | None = strawberry.field(
        default=None, description="The ISO 3166 code of the country."
    )
    latitude: float | None = strawberry.field(
        default=None, description="The latitude in degrees north."
    )
    longitude: float | None = strawberry.field(
        default=None, description="The longitude in degrees east."
    )


@strawberry.type(description="A full delivery address.")
class Address:
    name: str | None = strawberry.field(description="The name of the recipient.")
    company: str | None = strawberry.field(description="The name of the recipient's company.")
    line1: str = strawberry.field(description="The street and the house number.")
    line2: str | None = strawberry.field(description="A second address line.")
    city: str = strawberry.field(description="The city.")
    region: str | None = strawberry.field(description="The state or province.")
    postal_code: str | None = strawberry.field(description="The postal code.")
    country: str = strawberry.field(description="The ISO 3166 code of the country.")
    phone: str | None = strawberry.field(
        description="A telephone number for questions at delivery."
    )


@strawberry.type(description="An expected delivery time and its source.")
class DeliveryEstimate:
    earliest: datetime = strawberry.field(description="The earliest expected time.")
    latest: datetime = strawberry.field(description="The latest expected time.")
    source: EstimateSource = strawberry.field(description="The source of the estimate.")
    reason: str | None = strawberry.field(
        description="The reason for the estimate, if one was given."
    )
    revised_at: datetime = strawberry.field(description="When this estimate was made.")


@strawberry.type(description="A key and a value of the shop's own data.")
class Metadatum:
    key: str = strawberry.field(description="The key.")
    value: str = strawberry.field(description="The value.")


@strawberry.type(description="A field that changed. Personal values are masked.")
class Difference:
    field: str = strawberry.field(description="The path of the field.")
    before: str | None = strawberry.field(description="The value before the change.")
    after: str | None = strawberry.field(description="The value after the change.")
