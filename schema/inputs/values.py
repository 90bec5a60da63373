"""Places and estimates as callers give them."""

from datetime import datetime

import strawberry

from tracking import inputs


@strawberry.input(description="A place, as far as it is known.")
class LocationInput(inputs.LocationDraft):
    name: str | None = strawberry.field(default=None, description="Its name, like a depot's.")
    city: str | None = strawberry.field(default=None, description="The city.")
    region: str | None = strawberry.field(default=None, description="State or province.")
    postal_code: str | None = strawberry.field(default=None, description="The postal code.")
    country: str | None = strawberry.field(default=None, description="Its ISO 3166 code.")
    latitude: float | None = strawberry.field(default=None, description="Degrees north.")
    longitude: float | None = strawberry.field(default=None, description="Degrees east.")


@strawberry.input(description="When something is expected.")
class EstimateInput(inputs.EstimateDraft):
    earliest: datetime = strawberry.field(description="Not before.")
    latest: datetime = strawberry.field(description="Not after.")
    reason: str | None = strawberry.field(default=None, description="Why, for staff to read.")
