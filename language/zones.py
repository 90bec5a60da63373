"""Zones: what the clock shows at a place of which only city, region and country are known."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pycountry

from language.city_zones import CITY_ZONES
from language.facts import PlaceFacts
from language.region_zones import COUNTRY_ZONES, NAMES, OTHER_REGIONS, REGION_ZONES
from models.time_zones import zone_names_of_country

ANYWHERE = ("Etc/GMT+12", "Etc/GMT-14")
"""The earliest and the latest clock on earth: where a place of an unknown country can be."""

NAMED_AFTER_THEIR_CITIES = frozenset({"CL", "ES", "ID", "PT", "RU"})
"""The countries in which a city with the name of a region lies in it. Elsewhere it may not: a city
called Nevada lies in Missouri."""
KEPT_CLOCKS = 2_000
"""How many places keep their clock: the events of a parcel name the same few."""


@dataclass(frozen=True, slots=True)
class PlaceClock:
    """The clock of a place: one time zone, or all that it may have."""

    zones: tuple[ZoneInfo, ...]

    def local(self, moment: datetime) -> datetime | None:
        """Return the local time at the moment, None if it is not certain."""
        if len(self.zones) == 1:
            return moment.astimezone(self.zones[0])
        times = self._times(moment)
        return times[0] if len({time.utcoffset() for time in times}) == 1 else None

    def day(self, moment: datetime) -> date:
        """Return the local day at the moment: the later one if it is not certain."""
        return max(time.date() for time in self._times(moment))

    def certain_day(self, moment: datetime) -> date | None:
        """Return the local day at the moment, None if it is not certain."""
        days = {time.date() for time in self._times(moment)}
        return days.pop() if len(days) == 1 else None

    def _times(self, moment: datetime) -> list[datetime]:
        return [moment.astimezone(zone) for zone in self.zones]


def clock_of(place: PlaceFacts) -> PlaceClock:
    """Return the clock of a place by its country, then its region, then its city."""
    return _clock((place.country or "").upper(), place.region, place.city)


@lru_cache(KEPT_CLOCKS)
def _clock(country: str, region: str | None, city: str | None) -> PlaceClock:
    return PlaceClock(tuple(ZoneInfo(name) for name in _names(country, region, city)))


def _names(country: str, region: str | None, city: str | None) -> tuple[str, ...]:
    area, town = _folded(region or ""), _folded(city or "")
    code = _region_code(country, area)
    if code is None and country in NAMED_AFTER_THEIR_CITIES:
        code = _region_code(country, town)
    if code is not None:
        return _names_in_region(country, code, town)
    if country in COUNTRY_ZONES:
        return (COUNTRY_ZONES[country],)
    names = zone_names_of_country(country)
    namesake = [name for name in names if _town_of(name) in (town, area)]
    return (namesake[0],) if len(namesake) == 1 else names or ANYWHERE


def _names_in_region(country: str, code: str, town: str) -> tuple[str, ...]:
    city_zone = CITY_ZONES.get((country, code, town))
    if city_zone is not None:
        return (city_zone,)
    names = REGION_ZONES.get((country, code))
    default = COUNTRY_ZONES.get(country) or OTHER_REGIONS.get(country)
    return names or ((default,) if default else zone_names_of_country(country) or ANYWHERE)


def _region_code(country: str, region: str) -> str | None:
    """Return the code of a region by its code or name; None if the country has none such."""
    code = region.removeprefix(f"{country.casefold()} ")
    return _codes(country).get(code) or NAMES.get(country, {}).get(region)


@cache
def _codes(country: str) -> dict[str, str]:
    """Return the codes of a country's regions by their codes and by their names, folded."""
    regions: Iterable[Any] = pycountry.subdivisions.get(country_code=country) or ()  # type: ignore[no-untyped-call]
    codes: dict[str, str] = {}
    for region in regions:
        code = region.code.split("-", 1)[1]
        codes |= {_folded(name): code for name in (code, *_spellings(region.name))}
    return codes


def _spellings(name: str) -> Iterator[str]:
    """Yield a region's name, and its parts if ISO 3166-2 gives it in two languages."""
    yield name
    yield from (part.strip(" ]") for part in name.split("[") if "[" in name)


def _town_of(zone_name: str) -> str:
    return _folded(zone_name.rsplit("/", 1)[-1])


def _folded(name: str) -> str:
    """Return a name in small letters, without accents and with single spaces between its words."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    kept = (
        " " if each in "-_/," else each for each in letters if each.isalnum() or each in " -_/,"
    )
    return " ".join("".join(kept).split())
