"""Carriers: their codes, and the addresses of their own tracking pages."""

import re
from types import MappingProxyType
from urllib.parse import quote

from errors import Invalid
from models import values
from models.shipments import CARRIER_LENGTH

_CODE = re.compile(r"[a-z0-9][a-z0-9_]*")

TRACKING_PAGES = MappingProxyType(
    {
        "ups": "https://www.ups.com/track?tracknum={}",
        "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
        "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
        "dhl_express": "https://www.dhl.com/en/express/tracking.html?AWB={}",
        "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
        "dpd": "https://tracking.dpd.de/status/en_US/parcel/{}",
        "gls": "https://gls-group.com/track/{}",
        "royal_mail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    }
)


def tracking_url(carrier: str | None, number_key: str | None) -> str | None:
    """Return the carrier's page about the parcel, None if the carrier or the number is unknown."""
    if carrier is None or number_key is None or carrier not in TRACKING_PAGES:
        return None
    return TRACKING_PAGES[carrier].format(quote(number_key, safe=""))


def comparable_carrier(carrier: str) -> str:
    """Return the code as it is compared: "DHL Express" becomes dhl_express."""
    return re.sub(r"[\s-]+", "_", carrier.strip().lower())


def checked_carrier(carrier: str, *path: str) -> str:
    """Return the code as it is stored: ups, fedex, dhl_express, own ... Raises Invalid."""
    code = comparable_carrier(carrier)
    if not _CODE.fullmatch(code) or len(code) > CARRIER_LENGTH:
        raise Invalid(
            f"{values.quoted(carrier)} is not a carrier code. Send at most {CARRIER_LENGTH}"
            " letters, digits and underscores, like dhl_express.",
            path,
        )
    return code
