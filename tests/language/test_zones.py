"""Zones: which clock a place has, by its country, its region and its city."""

from zoneinfo import ZoneInfo

import pycountry
import pytest

from language.city_zones import CITY_ZONES
from language.facts import PlaceFacts
from language.region_zones import COUNTRY_ZONES, NAMES, OTHER_REGIONS, REGION_ZONES
from language.zones import clock_of
from models.time_zones import zone_names_of_country
from tests.language.order_facts import at

SUMMER, WINTER = at("2026-07-15T12:00"), at("2026-12-15T12:00")


@pytest.mark.parametrize(
    ("country", "region", "city", "local"),
    [
        ("DE", None, None, "13:00"),
        ("de", "Bayern", "München", "13:00"),
        ("IN", "Goa", "Panaji", "17:30"),
        ("NP", None, None, "17:45"),
        ("AR", None, "Ushuaia", "09:00"),
        ("US", "NY", "Buffalo", "07:00"),
        ("US", "New York", "Buffalo", "07:00"),
        ("US", "US-CA", "Fresno", "04:00"),
        ("US", "california", "Fresno", "04:00"),
        ("US", "TX", "Houston", "06:00"),
        ("US", "TX", "El Paso", "05:00"),
        ("US", "TX", "Marfa", None),
        ("US", "FL", "Miami Beach", "07:00"),
        ("US", "FL", "Pensacola", "06:00"),
        ("US", "PR", "San Juan", "08:00"),
        ("US", None, "Phoenix", "05:00"),
        ("US", None, "Springfield", None),
        ("US", "Nowhere", "Phoenix", "05:00"),
        ("US", "Nowhere", "Springfield", None),
        ("US", None, "Nevada", None),
        ("CA", "Ontario", "Ottawa", "07:00"),
        ("CA", "BC", "Vancouver", "04:00"),
        ("CA", "NU", "Somewhere", None),
        ("BR", "PE", "Recife", "09:00"),
        ("BR", "Pernambuco", None, "09:00"),
        ("BR", "Sao Paulo", "Campinas", "09:00"),
        ("BR", "AM", "Manaus", "08:00"),
        ("BR", "AM", "Eirunepé", None),
        ("MX", "CDMX", None, "06:00"),
        ("MX", "Quintana Roo", "Cancún", "07:00"),
        ("AU", "New South Wales", "Sydney", "23:00"),
        ("AU", "WA", "Perth", "20:00"),
        ("AU", "NSW", "Broken Hill", "22:30"),
        ("RU", "Moscow", "Moscow", "15:00"),
        ("RU", None, "Vladivostok", "22:00"),
        ("RU", "SVE", "Yekaterinburg", "17:00"),
        ("ID", "Bali", "Denpasar", "20:00"),
        ("ID", "DKI Jakarta", "Jakarta", "19:00"),
        ("ES", "Las Palmas", "Telde", "12:00"),
        ("ES", "Catalunya", "Girona", "13:00"),
        ("ES", None, "Girona", "13:00"),
        ("ES", None, "Vic", None),
        ("ES", None, "Santa Cruz de Tenerife", "12:00"),
        ("ES", "Catalonia", "Barcelona", "13:00"),
        ("PT", "Madeira", "Funchal", "12:00"),
        ("PT", None, "Lisboa", "12:00"),
        ("PT", None, "Lisbon", "12:00"),
        ("PT", None, "Porto", "12:00"),
        ("PT", None, "Oporto", "12:00"),
        ("PT", "Lisbon", "Sintra", "12:00"),
        ("PT", "Lisbon", None, "12:00"),
        ("PT", "Grande Lisboa", "Lisboa", "12:00"),
        ("PT", None, "Somewhere", None),
        ("RU", None, "Moskva", "15:00"),
        ("RU", None, "Saint Petersburg", "15:00"),
        ("NZ", None, "Wellington", "01:00"),
        ("NZ", "Chatham Islands Territory", None, "01:45"),
        ("CN", "Xinjiang", "Kashgar", "20:00"),
        ("CL", "Magallanes", "Punta Arenas", "09:00"),
        ("XX", None, None, None),
        (None, None, "Berlin", None),
    ],
)
def test_a_place_has_one_clock_or_none(
    country: str | None, region: str | None, city: str | None, local: str | None
) -> None:
    clock = clock_of(PlaceFacts(country=country, region=region, city=city))
    time = clock.local(WINTER)

    assert (None if time is None else time.strftime("%H:%M")) == local


def test_clocks_that_differ_in_summer_alone_are_certain_in_winter() -> None:
    clock = clock_of(PlaceFacts(country="US", region="AZ", city="Window Rock"))

    assert clock.local(WINTER) is not None
    assert clock.local(SUMMER) is None


def test_the_later_day_holds_where_clocks_disagree() -> None:
    clock = clock_of(PlaceFacts(country="US", region="TX", city="Marfa"))

    assert clock.day(at("2026-12-01T06:30")).isoformat() == "2026-12-01"
    assert clock.certain_day(at("2026-12-01T06:30")) is None
    assert clock.certain_day(at("2026-12-01T08:00")) is not None


def test_the_tables_name_real_zones_of_real_regions() -> None:
    regions = {region.code for region in pycountry.subdivisions}
    names = [*COUNTRY_ZONES.values(), *OTHER_REGIONS.values(), *CITY_ZONES.values()]
    names += [name for zones in REGION_ZONES.values() for name in zones]
    codes = {f"{country}-{code}" for country, code in REGION_ZONES}
    codes |= {f"{country}-{code}" for country, code, _ in CITY_ZONES}
    codes |= {f"{country}-{code}" for country, others in NAMES.items() for code in others.values()}

    assert [name for name in names if ZoneInfo(name).key != name] == []
    assert codes - regions == set()


def test_each_part_of_the_united_states_has_a_clock_of_its_own() -> None:
    codes = {region.code.split("-")[1] for region in pycountry.subdivisions.get(country_code="US")}

    assert {code for code in codes if ("US", code) not in REGION_ZONES} == {"UM"}
    assert "Europe/Berlin" in zone_names_of_country("DE")
    assert zone_names_of_country("XX") == ()
