"""Checks: what was given becomes what is stored, or is refused with what to do about it."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

import pycountry
from email_validator import EmailNotValidError, validate_email

from database.bounds import MAXIMUM_MINOR
from errors import Invalid
from models import values
from models.carriers import comparable_carrier
from models.customers import (
    EMAIL_LENGTH,
    IDENTITY_LENGTH,
    LOCALE_LENGTH,
    NAME_LENGTH,
    PHONE_LENGTH,
)
from models.money import NotMoney, minor_digits, to_decimal, to_minor
from models.orders import (
    CITY_LENGTH,
    LINE_LENGTH,
    POSTAL_CODE_LENGTH,
    TEXT_LENGTH,
)
from models.shipments import CARRIER_LENGTH, NUMBER_LENGTH, comparable_number
from tracking.inputs import AddressDraft, CustomerDraft, EstimateDraft, LocationDraft

CLOCK_TOLERANCE = timedelta(minutes=5)
"""Clocks differ; what lies further ahead is in the future."""
MAXIMUM_QUANTITY = 1_000_000
"""Pieces of a line: above any order, and 200 lines of it still fit the tables."""

_CARRIER = re.compile(r"[a-z0-9][a-z0-9_]*")
_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


def reason(value: str) -> str:
    return values.text(value, TEXT_LENGTH, "reason")


def idempotency_key(value: str | None, *path: str) -> str | None:
    return values.optional_text(value, IDENTITY_LENGTH, *path)


def country(value: str, *path: str) -> str:
    """An ISO 3166-1 alpha-2 code, in capitals."""
    code = value.strip().upper()
    if code not in _countries():
        raise Invalid(f"{_quoted(value)} is no country: give its ISO 3166 code, like DE.", path)
    return code


@cache
def _countries() -> frozenset[str]:
    return frozenset(one.alpha_2 for one in pycountry.countries)


def _quoted(value: str) -> str:
    shown = value if len(value) <= 40 else f"{value[:40]}..."
    return repr(shown)


def currency(value: str, *path: str) -> str:
    """An ISO 4217 code, in capitals."""
    code = value.strip().upper()
    if minor_digits(code) is None:
        raise Invalid(f"{_quoted(value)} is no currency: give its ISO 4217 code, like EUR.", path)
    return code


def money(amount: Decimal, in_currency: str, *path: str) -> int:
    """In minor units."""
    try:
        return to_minor(amount, in_currency)
    except NotMoney as error:
        raise Invalid(f"The amount {error}.", path) from error


def computed_money(minor: int, in_currency: str, *path: str) -> int:
    """A product or a sum of amounts, in minor units."""
    if minor > MAXIMUM_MINOR:
        raise Invalid(
            f"Costs {to_decimal(minor, in_currency)} in all, and must cost at most"
            f" {to_decimal(MAXIMUM_MINOR, in_currency)} {in_currency}: check quantity and"
            " unitPrice.",
            path,
        )
    return minor


def email(value: str | None, *path: str) -> str | None:
    if value is None:
        return None
    values.text(value, EMAIL_LENGTH, *path)
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Invalid(f"This is no e-mail address: {error}", path) from error


def quantity(value: int, *path: str) -> int:
    if not 1 <= value <= MAXIMUM_QUANTITY:
        raise Invalid(f"Must be from 1 to {MAXIMUM_QUANTITY}.", path)
    return value


def past(value: datetime | None, now: datetime, *path: str) -> datetime:
    """When a command happened: `now` if left out; a clock slightly ahead of ours counts as now."""
    if value is None:
        return now
    moment = values.utc(value, *path)
    if moment > now + CLOCK_TOLERANCE:
        raise Invalid("Lies in the future; a command says what has happened.", path)
    return min(moment, now)


def carrier(value: str, *path: str) -> str:
    """A lower-case code: ups, fedex, dhl_express, own ..."""
    code = comparable_carrier(value)
    if not _CARRIER.fullmatch(code) or len(code) > CARRIER_LENGTH:
        raise Invalid(
            f"{_quoted(value)} is no carrier code: use at most {CARRIER_LENGTH} letters, digits"
            " and underscores, like dhl_express.",
            path,
        )
    return code


def tracking_number(value: str, *path: str) -> tuple[str, str]:
    """As given, and as compared."""
    given = values.text(value, NUMBER_LENGTH, *path).strip()
    compared = comparable_number(given)
    if not compared or len(compared) > NUMBER_LENGTH:
        raise Invalid("Is no tracking number: give the letters and digits of one.", path)
    return given, compared


def coordinates(
    latitude: float | None, longitude: float | None, *path: str
) -> tuple[float, float] | None:
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        raise Invalid("Give both latitude and longitude, or neither.", path)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Invalid("Latitude goes from -90 to 90, longitude from -180 to 180.", path)
    return latitude, longitude


def location(draft: LocationDraft | None, *path: str) -> dict[str, object] | None:
    """As it is stored: only what is known."""
    if draft is None:
        return None
    place = coordinates(draft.latitude, draft.longitude, *path)
    given = {
        "name": values.optional_text(draft.name, NAME_LENGTH, *path, "name"),
        "city": values.optional_text(draft.city, CITY_LENGTH, *path, "city"),
        "region": values.optional_text(draft.region, CITY_LENGTH, *path, "region"),
        "postal_code": values.optional_text(
            draft.postal_code, POSTAL_CODE_LENGTH, *path, "postalCode"
        ),
        "country": country(draft.country, *path, "country") if draft.country is not None else None,
        "latitude": place and place[0],
        "longitude": place and place[1],
    }
    return {name: value for name, value in given.items() if value is not None} or None


def estimate(draft: EstimateDraft, *path: str) -> EstimateDraft:
    earliest = values.utc(draft.earliest, *path, "earliest")
    latest = values.utc(draft.latest, *path, "latest")
    if earliest > latest:
        raise Invalid("The earliest lies after the latest.", path)
    return EstimateDraft(
        earliest=earliest,
        latest=latest,
        reason=values.optional_text(draft.reason, TEXT_LENGTH, *path, "reason"),
    )


def customer(draft: CustomerDraft, *path: str) -> CustomerDraft:
    locale = draft.locale or "en"
    if len(locale) > LOCALE_LENGTH or not _LOCALE.fullmatch(locale):
        raise Invalid("Is no language tag: give one like en or de-AT.", (*path, "locale"))
    return CustomerDraft(
        external_id=values.optional_text(draft.external_id, IDENTITY_LENGTH, *path, "externalId"),
        name=values.text(draft.name, NAME_LENGTH, *path, "name"),
        email=email(draft.email, *path, "email"),
        phone=values.optional_text(draft.phone, PHONE_LENGTH, *path, "phone"),
        locale=locale.replace("_", "-"),
    )


def address(draft: AddressDraft, *path: str) -> AddressDraft:
    place = coordinates(draft.latitude, draft.longitude, *path)
    return AddressDraft(
        name=values.optional_text(draft.name, NAME_LENGTH, *path, "name"),
        company=values.optional_text(draft.company, NAME_LENGTH, *path, "company"),
        line1=values.text(draft.line1, LINE_LENGTH, *path, "line1"),
        line2=values.optional_text(draft.line2, LINE_LENGTH, *path, "line2"),
        city=values.text(draft.city, CITY_LENGTH, *path, "city"),
        region=values.optional_text(draft.region, CITY_LENGTH, *path, "region"),
        postal_code=values.optional_text(
            draft.postal_code, POSTAL_CODE_LENGTH, *path, "postalCode"
        ),
        country=country(draft.country, *path, "country"),
        phone=values.optional_text(draft.phone, PHONE_LENGTH, *path, "phone"),
        latitude=place and place[0],
        longitude=place and place[1],
    )
