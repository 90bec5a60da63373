"""Carrier families: the carriers of one group, which use the same tracking numbers under several
names.

A shop may dispatch with dhl_express what a hub reports as dhl. Spellings of a name are one carrier,
too: dhlexpress is dhl_express.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

FAMILIES = {
    "amazon": "amazon_logistics amazon_shipping amazon_fba_us",
    "australia_post": "auspost startrack",
    "bpost": "bpost_international",
    "dhl": (
        "dhl_express dhl_ecommerce dhl_ecommerce_us dhl_ecommerce_asia dhl_ecs dhl_smartmail"
        " dhl_global_mail dhl_parcel dhl_parcel_nl dhl_parcel_uk dhl_parcel_es dhl_paket"
        " dhl_germany dhl_de dhl_benelux dhl_nl dhl_uk dhl_es dhl_poland dhl_freight"
        " deutsche_post deutsche_post_dhl deutsche_post_international"
    ),
    "dpd": (
        "dpd_at dpd_be dpd_ch dpd_cz dpd_de dpd_fr dpd_hungary dpd_ireland dpd_local dpd_nl"
        " dpd_poland dpd_ro dpd_uk interlink_express"
    ),
    "evri": "hermes_uk my_hermes my_hermes_uk",
    "fedex": (
        "fedex_express fedex_ground fedex_home_delivery fedex_smartpost fedex_ground_economy"
        " fedex_freight fedex_uk fedex_poland fedex_default"
    ),
    "gls": (
        "gls_at gls_cz gls_croatia gls_de gls_es gls_fr gls_hungary gls_it gls_italy gls_nl"
        " gls_netherlands gls_poland gls_slovakia gls_slovenia gls_spain"
    ),
    "inpost": "inpost_paczkomaty inpost_uk",
    "la_poste": "colissimo la_poste_colissimo",
    "ontrac": "lasership",
    "postnl": "postnl_3s postnl_international",
    "postnord": "postnord_denmark postnord_finland postnord_norway postnord_sweden",
    "sf_express": "sf_international",
    "ups": "ups_dap ups_ground ups_mi ups_mail_innovations ups_surepost",
    "usps": "us_postal_service united_states_postal_service",
    "yamato": "kuroneko_yamato yamato_transport taqbin_jp",
}
"""Groups of carriers whose numbers are reported under each other's names, and their other names."""


class Number(NamedTuple):
    """A tracking number in the form that is compared, with the family of its carrier."""

    family: str
    key: str


class Numbered(Protocol):
    """A row with a carrier and a tracking number, both of which it may lack."""

    carrier: str | None
    number_key: str | None


def spelling(carrier: str) -> str:
    """Return the carrier's code as families compare it: without underscores."""
    return carrier.replace("_", "")


def is_same_carrier(carrier: str | None, other: str | None) -> bool:
    """Return whether both codes are spellings of one carrier."""
    return carrier is not None and other is not None and spelling(carrier) == spelling(other)


_BUILT_IN = {
    spelling(name): family
    for family, others in FAMILIES.items()
    for name in (family, *others.split())
}


@dataclass(frozen=True, slots=True)
class CarrierFamilies:
    """The family of each carrier, by its spelling. A carrier that is in none is one by itself."""

    by_spelling: dict[str, str] = field(default_factory=lambda: dict(_BUILT_IN), repr=False)

    def extended(self, families: Iterable[tuple[str, ...]]) -> "CarrierFamilies":
        """Return these families with further carriers in them, and with further families.

        The first name of each says which family it is; the others leave the families that they are
        in.
        """
        added: dict[str, str] = {}
        for first, *others in families:
            family = self.family_of(first)
            added |= {spelling(name): family for name in (first, *others)}
        return CarrierFamilies({**self.by_spelling, **added})

    def family_of(self, carrier: str) -> str:
        """Return the name of the carrier's family."""
        compared = spelling(carrier)
        return self.by_spelling.get(compared, compared)

    def number(self, carrier: str | None, number_key: str | None) -> Number | None:
        """Return the number of a carrier, None if either is missing."""
        if carrier is None or number_key is None:
            return None
        return Number(self.family_of(carrier), number_key)

    def number_of(self, row: Numbered) -> Number | None:
        """Return the number of a shipment, or the one by which an event came."""
        return self.number(row.carrier, row.number_key)
