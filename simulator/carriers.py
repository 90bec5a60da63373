"""The carriers: the countries they serve, the form of their numbers, and their codes."""

from dataclasses import dataclass
from random import Random

from simulator.places import EU, Place
from simulator.steps import Clock, EventType

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier.

    `number` is the pattern of its tracking numbers, in which # is a digit and @ a letter. `codes`
    has its own codes of some events. `silent` is the share of its events that have no id.
    """

    code: str
    number: str
    services: dict[str, str]
    clock: Clock
    codes: dict[EventType, str]
    silent: float = 0.02


_E = EventType
UPS = Carrier(
    "ups",
    "1Z@#@@##03########",
    {"STANDARD": "UPS Standard", "EXPRESS": "UPS Express Saver", "FREIGHT": "UPS Freight"},
    Clock.NAMED,
    {
        _E.LABEL_CREATED: "MP",
        _E.PICKED_UP: "XD",
        _E.DEPARTED_FACILITY: "DP",
        _E.ARRIVED_FACILITY: "AR",
        _E.OUT_FOR_DELIVERY: "OT",
        _E.DELIVERED: "KB",
        _E.HELD: "X",
    },
)
FEDEX = Carrier(
    "fedex",
    "############",
    {"STANDARD": "Ground", "EXPRESS": "Priority Overnight", "FREIGHT": "Freight Economy"},
    Clock.OFFSET,
    {
        _E.LABEL_CREATED: "OC",
        _E.PICKED_UP: "PU",
        _E.DEPARTED_FACILITY: "DP",
        _E.ARRIVED_FACILITY: "AR",
        _E.IN_TRANSIT: "IT",
        _E.OUT_FOR_DELIVERY: "OD",
        _E.DELIVERY_ATTEMPTED: "DE",
        _E.DELIVERED: "DL",
        _E.DELAYED: "DY",
        _E.RETURN_STARTED: "RS",
    },
)
DHL_EXPRESS = Carrier(
    "dhl_express",
    "##########",
    {"STANDARD": "Economy Select", "EXPRESS": "Express Worldwide"},
    Clock.NAMED,
    {
        _E.PICKED_UP: "PU",
        _E.DEPARTED_FACILITY: "DF",
        _E.ARRIVED_FACILITY: "AF",
        _E.OUT_FOR_DELIVERY: "WC",
        _E.DELIVERED: "OK",
        _E.HELD: "OH",
    },
)
DHL_FREIGHT = Carrier("dhl_freight", "@@@-##-#######", {"FREIGHT": "Eurapid"}, Clock.UTC, {}, 0.1)
USPS = Carrier(
    "usps",
    "9405 5112 #### #### #### ##",
    {"STANDARD": "Ground Advantage", "EXPRESS": "Priority Mail Express"},
    Clock.MINUTE,
    {_E.OUT_FOR_DELIVERY: "OF", _E.DELIVERED: "01", _E.DELIVERY_ATTEMPTED: "02"},
    0.15,
)
DPD = Carrier(
    "dpd",
    "##############",
    {"STANDARD": "Classic", "EXPRESS": "DPD 12:00"},
    Clock.PLACE,
    {_E.OUT_FOR_DELIVERY: "03", _E.DELIVERED: "13", _E.DELIVERY_ATTEMPTED: "14"},
    0.08,
)
ROYAL_MAIL = Carrier(
    "royal_mail",
    "@@#########GB",
    {"STANDARD": "Tracked 48", "EXPRESS": "Special Delivery"},
    Clock.MINUTE,
    {},
    0.1,
)
JAPAN_POST = Carrier("japan_post", "####-####-####", {"STANDARD": "Yu-Pack"}, Clock.MINUTE, {}, 0.1)
OWN = Carrier(
    "own",
    "VAN-##@@-####",
    {"SAME_DAY": "Same day", "PICKUP": "Store pickup", "FREIGHT": "Two-person delivery"},
    Clock.UTC,
    {},
    0.0,
)

_AT_HOME = {"US": (USPS, UPS, FEDEX), "GB": (ROYAL_MAIL, DPD, UPS), "JP": (JAPAN_POST, DHL_EXPRESS)}


def choose_carrier(random: Random, method: str, origin: Place, destination: Place) -> Carrier:
    """Choose a carrier that offers this delivery method between the two places."""
    if method in OWN.services and method != "FREIGHT":
        return OWN
    if method == "FREIGHT":
        return _freight_carrier(random, origin, destination)
    if origin.country == destination.country and origin.country in _AT_HOME:
        able = [carrier for carrier in _AT_HOME[origin.country] if method in carrier.services]
        return random.choice(able)
    if {origin.country, destination.country} <= EU:
        return random.choice((DPD, DPD, DHL_EXPRESS, UPS))
    return random.choice((DHL_EXPRESS, FEDEX, UPS))


def make_tracking_number(random: Random, carrier: Carrier) -> str:
    """Make up a number in the carrier's format."""
    signs = {"#": "0123456789", "@": LETTERS}
    return "".join(random.choice(signs.get(sign, sign)) for sign in carrier.number)


def _freight_carrier(random: Random, origin: Place, destination: Place) -> Carrier:
    if origin.country == destination.country:
        return random.choice((OWN, OWN, FEDEX, UPS))
    return random.choice((DHL_FREIGHT, DHL_FREIGHT, FEDEX))
