"""Places and expected times, as callers give them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from access.policy import Audience, scopes_text
from models.customers import NAME_LENGTH
from models.orders import CITY_LENGTH, POSTAL_CODE_LENGTH, TEXT_LENGTH
from tracking.inputs.stored_fields import LimitedText

LATITUDE = "The latitude in degrees north, -90 to 90. It needs a longitude."
LONGITUDE = "The longitude in degrees east, -180 to 180. It needs a latitude."


@dataclass(kw_only=True)
class LocationDraft:
    """A place, described as far as it is known."""

    name: Annotated[
        str | None, "The name of the place, such as a depot.", LimitedText(NAME_LENGTH)
    ] = None
    city: Annotated[str | None, "The city.", LimitedText(CITY_LENGTH)] = None
    region: Annotated[str | None, "The state or province.", LimitedText(CITY_LENGTH)] = None
    postal_code: Annotated[str | None, "The postal code.", LimitedText(POSTAL_CODE_LENGTH)] = None
    country: Annotated[str | None, "The ISO 3166 code of the country."] = None
    latitude: Annotated[float | None, LATITUDE] = None
    longitude: Annotated[float | None, LONGITUDE] = None


@dataclass(kw_only=True)
class EstimateDraft:
    """An expected delivery time."""

    earliest: Annotated[datetime, "The earliest expected time."]
    latest: Annotated[datetime, "The latest expected time."]
    reason: Annotated[
        str | None,
        f"The reason for the estimate, which callers with {scopes_text(Audience.STAFF)} can read.",
        LimitedText(TEXT_LENGTH),
    ] = None
