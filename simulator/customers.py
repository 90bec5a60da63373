"""The shop's customers, who are numbered and plainly made up."""

from dataclasses import dataclass
from random import Random
from typing import TypedDict

from simulator.atlas import CITIES
from simulator.countries import COUNTRIES
from simulator.places import Place

STREETS = ("Sample Street", "Example Avenue", "Specimen Road", "Placeholder Lane", "Test Square")
MAIL_DOMAINS = ("example.com", "example.org", "example.net")
# Where an address begins with the house number.
NUMBER_FIRST = frozenset({"US", "CA", "GB", "IE", "FR", "AU", "NZ", "SG", "IN", "ZA"})


class CustomerInput(TypedDict):
    """The API's input type of the same name."""

    externalId: str
    name: str
    email: str
    phone: str | None
    locale: str


class AddressInput(TypedDict):
    """The API's input type of the same name, with coordinates in degrees."""

    name: str
    company: str | None
    line1: str
    line2: str | None
    city: str
    region: str | None
    postalCode: str | None
    country: str
    phone: str | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer, and the address of their orders."""

    customer: CustomerInput
    address: AddressInput
    place: Place


def make_buyer(seed: int, number: int) -> Buyer:
    """Make customer `number` of a seed's shop: always the same person at the same address."""
    random = Random(f"{seed}:customer:{number}")
    place = _choose_place(random)
    country = COUNTRIES[place.country]
    phone = _phone(random, country.phone) if random.random() < 0.7 else None
    customer = CustomerInput(
        externalId=f"CUST-{number:06d}",
        name=f"Customer {number:06d}",
        email=f"customer{number:06d}@{random.choice(MAIL_DOMAINS)}",
        phone=phone,
        locale=country.locale,
    )
    return Buyer(customer, _make_address(random, customer, place), place)


def _choose_place(random: Random) -> Place:
    weights = [country.weight for country in COUNTRIES.values()]
    code = random.choices(tuple(COUNTRIES), weights)[0]
    return random.choice([place for place in CITIES if place.country == code])


def _phone(random: Random, pattern: str | None) -> str | None:
    if pattern is None:
        return None
    return "".join(str(random.randrange(10)) if sign == "#" else sign for sign in pattern)


def _make_address(random: Random, customer: CustomerInput, place: Place) -> AddressInput:
    street, house = random.choice(STREETS), random.randint(1, 240)
    floor = f"Unit {random.randint(1, 40)}" if random.random() < 0.2 else None
    company = f"Sample Company {house}" if random.random() < 0.06 else None
    return AddressInput(
        name=customer["name"],
        company=company,
        line1=f"{house} {street}" if place.country in NUMBER_FIRST else f"{street} {house}",
        line2=floor,
        city=place.city or "",
        region=place.region,
        postalCode=place.postal_code,
        country=place.country,
        phone=customer["phone"],
        latitude=place.latitude,
        longitude=place.longitude,
    )
