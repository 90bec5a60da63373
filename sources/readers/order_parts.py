"""Parts of orders that all shops' readers make in the same way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pycountry

from models.money import NotMoney, minor_digits, to_minor
from models.orders import LINE_LENGTH, SKU_LENGTH
from sources.readers.json_fields import Fields, WrongField
from sources.readings import Ignored
from tracking.inputs import AddressDraft

_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
_LONGEST_LOCALE = 35


@dataclass(frozen=True, slots=True)
class AddressFields:
    """The names of an address's fields in a shop's body."""

    line1: str
    line2: str
    region: str
    postal_code: str
    country: str


def other_topic(topic: str) -> Ignored:
    """Return the reading of a webhook whose topic is not one of orders."""
    return Ignored(f"The topic {topic or 'of this webhook'} has no orders to take in.")


def read_address(
    order: Fields, names: AddressFields, places: Sequence[str] = ("shipping", "billing")
) -> AddressDraft:
    """Return the first address that says where to. Raises WrongField.

    Digital orders, and those that are collected, often have only the customer's own address. Places
    without cities have the name of the region or the country for one.
    """
    address = next(
        (
            found
            for place in places
            if (found := order.object(place)) is not None and found.text(names.line1) is not None
        ),
        None,
    )
    if address is None:
        raise WrongField(order.path(places[0]), f"is missing, and so is {places[-1]}.")
    country = address.needed(names.country)
    region = address.text(names.region)
    return AddressDraft(
        name=full_name(address),
        company=address.text("company"),
        line1=address.needed(names.line1),
        line2=address.text(names.line2),
        city=address.text("city") or region or _country_name(country),
        region=region,
        postal_code=address.text(names.postal_code),
        country=country,
        phone=address.text("phone"),
    )


def full_name(person: Fields) -> str | None:
    """Return the first and the last name, or the name that is in one field."""
    parts = (person.text("first_name"), person.text("last_name"))
    return " ".join(part for part in parts if part) or person.text("name")


def customer_name(persons: Sequence[Fields | None]) -> str | None:
    """Return the first name of a person, or else the first name of a company."""
    present = [person for person in persons if person is not None]
    names = [full_name(person) for person in present]
    names += [person.text("company") for person in present]
    return next(filter(None, names), None)


def locale_of(text: str | None) -> str | None:
    """Return a language tag; what is none does not keep an order out."""
    is_locale = text is not None and len(text) <= _LONGEST_LOCALE and _LOCALE.fullmatch(text)
    return text if is_locale else None


def item_name(text: str) -> str:
    """Return the name of an article, cut to what fits: names of shops may be longer."""
    return text if len(text) <= LINE_LENGTH else f"{text[: LINE_LENGTH - 3]}..."


def sku_of_name(name: str) -> str:
    """Return an article number for an article that has none: its name, cut to what fits."""
    return item_name(name)[:SKU_LENGTH]


def piece_price(amount: Decimal | None, currency: str) -> Decimal | None:
    """Return the price of one piece, None if the currency has no such amount."""
    if amount is None or minor_digits(currency.upper()) is None:
        return None
    try:
        to_minor(amount, currency.upper())
    except NotMoney:
        return None
    return amount


def share_of(total: Decimal | None, quantity: int, currency: str) -> Decimal | None:
    """Return the price of one of several pieces, None if the currency has no such amount."""
    if total is None or quantity == 0:
        return None
    share = piece_price((total / quantity).quantize(Decimal("0.0001")), currency)
    return share if share is not None and share * quantity == total else None


def _country_name(code: str) -> str:
    country = pycountry.countries.get(alpha_2=code.upper())
    return code if country is None else str(country.name)[:100]
