"""Places: addresses and locations, checked. Each function raises Invalid with the field's path."""

from dataclasses import replace

from errors import Invalid
from models import values
from models.customers import NAME_LENGTH
from models.orders import CITY_LENGTH, POSTAL_CODE_LENGTH
from tracking import validation
from tracking.inputs import AddressDraft, LocationDraft
from tracking.inputs.stored_fields import checked_columns


def _check_coordinates(
    latitude: float | None, longitude: float | None, *path: str
) -> tuple[float, float] | None:
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        raise Invalid("Send both latitude and longitude, or neither.", path)
    if not -90 <= latitude <= 90:
        raise Invalid("Send a latitude from -90 to 90.", (*path, "latitude"))
    if not -180 <= longitude <= 180:
        raise Invalid("Send a longitude from -180 to 180.", (*path, "longitude"))
    return latitude, longitude


def check_location(draft: LocationDraft | None, *path: str) -> dict[str, object] | None:
    """Return the location as it is stored, without the fields that are not known."""
    if draft is None:
        return None
    coordinates = _check_coordinates(draft.latitude, draft.longitude, *path)
    fields = {
        "name": values.optional_text(draft.name, NAME_LENGTH, *path, "name"),
        "city": values.optional_text(draft.city, CITY_LENGTH, *path, "city"),
        "region": values.optional_text(draft.region, CITY_LENGTH, *path, "region"),
        "postal_code": values.optional_text(
            draft.postal_code, POSTAL_CODE_LENGTH, *path, "postalCode"
        ),
        "country": validation.country(draft.country, *path, "country")
        if draft.country is not None
        else None,
        "latitude": coordinates and coordinates[0],
        "longitude": coordinates and coordinates[1],
    }
    return {name: value for name, value in fields.items() if value is not None} or None


def check_address(draft: AddressDraft, *path: str) -> AddressDraft:
    """Return the address as it is stored."""
    _check_coordinates(draft.latitude, draft.longitude, *path)
    country = validation.country(draft.country, *path, "country")
    return replace(draft, **checked_columns(draft, *path), country=country)
