"""Validation: each function returns an input in its stored form, or raises Invalid.

The error has the path of the field, and a message that says what to send instead.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

import pycountry
from email_validator import EmailNotValidError, validate_email

from database.bounds import MAXIMUM_MINOR
from errors import Invalid
from models import values
from models.customers import DEFAULT_LOCALE, EMAIL_LENGTH, IDENTITY_LENGTH, LOCALE_LENGTH
from models.money import NotMoney, minor_digits, to_decimal, to_minor
from models.orders import TEXT_LENGTH
from models.shipments import NUMBER_LENGTH, comparable_number
from tracking.inputs import CustomerDraft, EstimateDraft
from tracking.inputs.limits import MAXIMUM_QUANTITY
from tracking.inputs.stored_fields import checked_columns

CLOCK_TOLERANCE = timedelta(minutes=5)
"""Clocks of callers may be ahead by so much; a later time is in the future."""

_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


def reason(value: str) -> str:
    return values.text(value, TEXT_LENGTH, "reason")


def idempotency_key(value: str | None, *path: str) -> str | None:
    return values.optional_text(value, IDENTITY_LENGTH, *path)


def country(value: str, *path: str) -> str:
    """Return an ISO 3166-1 alpha-2 code in capitals."""
    code = value.strip().upper()
    if code not in _countries():
        raise Invalid(
            f"{values.quoted(value)} is not a country code. Send an ISO 3166 code like DE.", path
        )
    return code


@cache
def _countries() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries)


def currency(value: str, *path: str) -> str:
    """Return an ISO 4217 code in capitals."""
    code = value.strip().upper()
    if minor_digits(code) is None:
        raise Invalid(
            f"{values.quoted(value)} is not a currency code. Send an ISO 4217 code like EUR.", path
        )
    return code


def money(amount: Decimal, in_currency: str, *path: str) -> int:
    """Return the amount in minor units of the currency."""
    try:
        return to_minor(amount, in_currency)
    except NotMoney as error:
        raise Invalid(f"The amount {error}.", path) from error


def computed_money(minor: int, in_currency: str, *path: str) -> int:
    """Return a product or a sum of amounts, in minor units."""
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
        raise Invalid(f"This is not an e-mail address. {error}", path) from error


def quantity(value: int, *path: str) -> int:
    if not 1 <= value <= MAXIMUM_QUANTITY:
        raise Invalid(f"Send a quantity from 1 to {MAXIMUM_QUANTITY}.", path)
    return value


def past(value: datetime | None, now: datetime, *path: str) -> datetime:
    """Return when a command happened, `now` if the caller left it out.

    A time within CLOCK_TOLERANCE after `now` counts as `now`.
    """
    if value is None:
        return now
    moment = values.utc(value, *path)
    if moment > now + CLOCK_TOLERANCE:
        raise Invalid(
            "Lies in the future. Send when it happened, or leave it out if it happened now.", path
        )
    return min(moment, now)


def tracking_number(value: str, *path: str) -> tuple[str, str]:
    """Return the number as it was given, and in the form that is compared."""
    number = values.text(value, NUMBER_LENGTH, *path).strip()
    compared = comparable_number(number)
    if not compared or len(compared) > NUMBER_LENGTH:
        raise Invalid("This is not a tracking number. Send its letters and digits.", path)
    return number, compared


def estimate(draft: EstimateDraft, *path: str) -> EstimateDraft:
    earliest = values.utc(draft.earliest, *path, "earliest")
    latest = values.utc(draft.latest, *path, "latest")
    if earliest > latest:
        raise Invalid(
            "The earliest lies after the latest. Send the earlier time as earliest.", path
        )
    return EstimateDraft(
        earliest=earliest,
        latest=latest,
        reason=values.optional_text(draft.reason, TEXT_LENGTH, *path, "reason"),
    )


def customer(draft: CustomerDraft, *path: str) -> CustomerDraft:
    locale = draft.locale or DEFAULT_LOCALE
    if len(locale) > LOCALE_LENGTH or not _LOCALE.fullmatch(locale):
        raise Invalid("This is not a language tag. Send one like en or de-AT.", (*path, "locale"))
    return replace(
        draft,
        **checked_columns(draft, *path),
        email=email(draft.email, *path, "email"),
        locale=locale.replace("_", "-"),
    )
