"""Carriers: their names, and sentences that stand whether or not a carrier can be named."""

import re
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from language.locales import Language
from language.messages import Message
from language.plain_values import plain_value

OWN = "own"
"""The code of a delivery by the shop itself."""
KEPT_NAMES = 500
"""Carriers whose names are kept: a shop has some tens, and each event of a parcel names one."""

CARRIER_NAMES = MappingProxyType(
    {
        "amazon": "Amazon",
        "amazon_logistics": "Amazon Logistics",
        "amazon_shipping": "Amazon Shipping",
        "anpost": "An Post",
        "an_post": "An Post",
        "aramex": "Aramex",
        "auspost": "Australia Post",
        "bpost": "bpost",
        "bpost_international": "bpost",
        "brt": "BRT",
        "canada_post": "Canada Post",
        "cainiao": "Cainiao",
        "chronopost": "Chronopost",
        "colissimo": "Colissimo",
        "correos": "Correos",
        "correos_express": "Correos Express",
        "correios": "Correios",
        "ctt": "CTT",
        "db_schenker": "DB Schenker",
        "delhivery": "Delhivery",
        "dhl": "DHL",
        "dhl_express": "DHL Express",
        "dhl_ecommerce": "DHL eCommerce",
        "dhl_ecommerce_us": "DHL eCommerce",
        "dhl_ecommerce_asia": "DHL eCommerce",
        "dhl_ecs": "DHL eCommerce",
        "dhl_paket": "DHL Paket",
        "dhl_germany": "DHL Paket",
        "dhl_de": "DHL Paket",
        "dpd": "DPD",
        "dpd_local": "DPD Local",
        "dtdc": "DTDC",
        "estafeta": "Estafeta",
        "estes": "Estes",
        "evri": "Evri",
        "fastway": "Fastway",
        "fedex": "FedEx",
        "fedex_default": "FedEx",
        "gls": "GLS",
        "gofo": "GOFO",
        "hermes": "Hermes",
        "hermes_uk": "Evri",
        "inpost": "InPost",
        "inpost_paczkomaty": "InPost",
        "interlink_express": "DPD Local",
        "japan_post": "Japan Post",
        "jt_express": "J&T Express",
        "korea_post": "Korea Post",
        "la_poste": "La Poste",
        "la_poste_colissimo": "Colissimo",
        "lasership": "OnTrac",
        "mondial_relay": "Mondial Relay",
        "mrw": "MRW",
        "my_hermes": "Evri",
        "my_hermes_uk": "Evri",
        "ninja_van": "Ninja Van",
        "nz_post": "NZ Post",
        "ontrac": "OnTrac",
        "osm_worldwide": "OSM Worldwide",
        "poczta_polska": "Poczta Polska",
        "post_at": "Österreichische Post",
        "austrian_post": "Österreichische Post",
        "poste_italiane": "Poste Italiane",
        "postnl": "PostNL",
        "postnl_3s": "PostNL",
        "postnl_international": "PostNL",
        "postnord": "PostNord",
        "purolator": "Purolator",
        "royal_mail": "Royal Mail",
        "russian_post": "Russian Post",
        "sda": "SDA",
        "seur": "SEUR",
        "sf_express": "SF Express",
        "sf_international": "SF Express",
        "singpost": "SingPost",
        "speedee": "Spee-Dee",
        "startrack": "StarTrack",
        "swiss_post": "Die Post",
        "tnt": "TNT",
        "ups": "UPS",
        "ups_dap": "UPS",
        "ups_mi": "UPS Mail Innovations",
        "ups_mail_innovations": "UPS Mail Innovations",
        "ups_surepost": "UPS SurePost",
        "us_postal_service": "USPS",
        "united_states_postal_service": "USPS",
        "usps": "USPS",
        "xpo": "XPO",
        "yamato": "Yamato",
        "yanwen": "Yanwen",
        "yodel": "Yodel",
        "yunexpress": "YunExpress",
    }
)
"""The names by which carriers call themselves: they are the same in every language."""

ABBREVIATION = re.compile(r"\w{1,2}|[^aeiou]{3}")
"""Words of a carrier's code that are read letter by letter, such as GLS and ES."""


class CarrierMessage(NamedTuple):
    """A sentence with the name of the carrier, and the same for a carrier that has no name.

    The second is also said of the shop's own deliveries.
    """

    named: Message
    unnamed: Message

    def said_in(self, language: Language, carrier: str | None, **values: object) -> str:
        """Return the sentence for the carrier with this code."""
        name = carrier_name(carrier)
        if name is None:
            return language.say(self.unnamed, **values)
        return language.say(self.named, carrier=name, **values)


def without_carrier(message: Message) -> CarrierMessage:
    """Return a sentence that names no carrier in the form of those that do."""
    return CarrierMessage(message, message)


@lru_cache(KEPT_NAMES)
def carrier_name(code: str | None) -> str | None:
    """Return the name of the carrier with this code; None for none and for the shop itself.

    A code that is not known is written readably: gls_es is GLS ES.
    """
    if code is None or not code.strip("_ ") or code == OWN:
        return None
    known = CARRIER_NAMES.get(code)
    return known or " ".join(map(_word, plain_value(code.replace("_", " ")).split()))


def _word(word: str) -> str:
    known = CARRIER_NAMES.get(word)
    return known or (word.upper() if ABBREVIATION.fullmatch(word) else word.capitalize())
