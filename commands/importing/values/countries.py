"""Countries, by their code or by their name in English."""

from functools import cache

import pycountry

OTHER_NAMES = {
    "great britain": "GB",
    "ivory coast": "CI",
    "macedonia": "MK",
    "russia": "RU",
    "the netherlands": "NL",
    "turkey": "TR",
    "u.s.a.": "US",
    "uk": "GB",
    "united states of america": "US",
}
"""Names that shops write and the table of countries lacks."""


def country_code(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of a name or of a longer code; any other text as it is."""
    return _codes().get(text.strip().casefold(), text)


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, set[str]] = {}
    for country in pycountry.countries:
        names = (getattr(country, name, None) for name in _NAMES)
        for name in filter(None, names):
            codes.setdefault(name.casefold(), set()).add(country.alpha_2)
    unambiguous = {name: next(iter(found)) for name, found in codes.items() if len(found) == 1}
    return OTHER_NAMES | unambiguous


_NAMES = ("alpha_3", "name", "common_name", "official_name")
