"""Places and estimates as callers give them."""

from datetime import datetime

import strawberry

from tracking import inputs


@strawberry.input(description="A place, described as far as it is known.")
class LocationInput(inputs.LocationDraft):
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


@strawberry.input(description="An expected delivery time.")
class EstimateInput(inputs.EstimateDraft):
    earliest: datetime = strawberry.field(description="The earliest expected time.")
    latest: datetime = strawberry.field(description="The latest expected time.")
    reason: str | None = strawberry.field(
        default=None, description="The reason for the estimate, which only staff can read."
    )
