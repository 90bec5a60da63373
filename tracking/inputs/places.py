"""Places and expected times, as callers give them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated


@dataclass(kw_only=True)
class LocationDraft:
    """A place, described as far as it is known."""

    name: Annotated[str | None, "The name of the place, such as a depot."] = None
    city: Annotated[str | None, "The city."] = None
    region: Annotated[str | None, "The state or province."] = None
    postal_code: Annotated[str | None, "The postal code."] = None
    country: Annotated[str | None, "The ISO 3166 code of the country."] = None
    latitude: Annotated[float | None, "The latitude in degrees north."] = None
    longitude: Annotated[float | None, "The longitude in degrees east."] = None


@dataclass(kw_only=True)
class EstimateDraft:
    """An expected delivery time."""

    earliest: Annotated[datetime, "The earliest expected time."]
    latest: Annotated[datetime, "The latest expected time."]
    reason: Annotated[str | None, "The reason for the estimate, which only staff can read."] = None
