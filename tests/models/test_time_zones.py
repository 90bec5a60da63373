"""Time zones are found by name, and by place if the place has only one zone."""

from datetime import datetime, timedelta

import pytest

from models.time_zones import Coordinates, time_zone, time_zone_of_place

JANUARY = datetime.fromisoformat("2026-01-15T12:00")
JULY = datetime.fromisoformat("2026-07-15T12:00")


def offset_hours(name: str, local: datetime) -> float:
    zone = time_zone(name)
    assert zone is not None
    offset = local.replace(tzinfo=zone).utcoffset()
    assert offset is not None
    return offset / timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "january", "july"),
    [
        ("Europe/Berlin", 1, 2),
        ("America/New_York", -5, -4),
        ("Asia/Kolkata", 5.5, 5.5),
        ("Asia/Kathmandu", 5.75, 5.75),
        ("Australia/Lord_Howe", 11, 10.5),
        ("UTC", 0, 0),
    ],
)
def test_a_zone_is_found_by_its_name(name: str, january: float, july: float) -> None:
    assert offset_hours(name, JANUARY) == january
    assert offset_hours(name, JULY) == july


@pytest.mark.parametrize(
    "name", ["", "Berlin", "europe/berlin", "Europe/Berlin ", "../UTC", "/etc/passwd", "UTC\x00"]
)
def test_an_unknown_name_has_no_zone(name: str) -> None:
    assert time_zone(name) is None


def zone_of(
    country: str, coordinates: Coordinates | None = None, local: datetime = JANUARY
) -> str | None:
    zone = time_zone_of_place(country, coordinates, local)
    return None if zone is None else zone.key


@pytest.mark.parametrize(
    ("country", "name"), [("FR", "Europe/Paris"), ("JP", "Asia/Tokyo"), ("IN", "Asia/Kolkata")]
)
def test_a_country_of_one_zone_needs_no_coordinates(country: str, name: str) -> None:
    assert zone_of(country) == name


def test_a_country_whose_clocks_agree_needs_no_coordinates() -> None:
    zone = time_zone_of_place("DE", None, JULY)

    assert zone is not None
    assert JULY.replace(tzinfo=zone).utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("country", ["US", "AU", "ES", "PT", "BR"])
def test_a_country_whose_clocks_differ_needs_coordinates(country: str) -> None:
    assert zone_of(country) is None


def test_clocks_that_agree_in_one_half_of_the_year_need_no_coordinates_then() -> None:
    """The two zones of Ukraine have the same time in summer."""
    zone = time_zone_of_place("UA", None, JULY)

    assert zone is not None
    assert JULY.replace(tzinfo=zone).utcoffset() == timedelta(hours=3)
    assert zone_of("UA", None, JANUARY) is None


@pytest.mark.parametrize("country", ["", "XX", "de", "DEU"])
def test_an_unknown_country_has_no_zone(country: str) -> None:
    assert zone_of(country) is None
    assert zone_of(country, (52.5, 13.4)) is None


@pytest.mark.parametrize(
    ("country", "place", "name"),
    [
        ("US", (40.71, -74.01), "America/New_York"),
        ("US", (34.05, -118.24), "America/Los_Angeles"),
        ("US", (21.31, -157.86), "Pacific/Honolulu"),
        ("ES", (28.46, -16.25), "Atlantic/Canary"),
        ("ES", (41.39, 2.17), "Europe/Madrid"),
        ("AU", (-34.93, 138.60), "Australia/Adelaide"),
        ("AU", (-31.95, 115.86), "Australia/Perth"),
        ("BR", (-3.12, -60.02), "America/Manaus"),
        ("NZ", (-43.9, -176.5), "Pacific/Chatham"),
        ("FJ", (-18.1, 178.4), "Pacific/Fiji"),
    ],
)
def test_coordinates_choose_among_a_countrys_zones(
    country: str, place: Coordinates, name: str
) -> None:
    assert zone_of(country, place) == name


def test_distance_is_measured_across_the_date_line() -> None:
    """The east of Russia lies beyond 180 degrees, and is near Anadyr, not near Kaliningrad."""
    assert zone_of("RU", (66.0, -172.0)) == "Asia/Anadyr"
    assert zone_of("RU", (54.7, 20.5)) == "Europe/Kaliningrad"


@pytest.mark.parametrize("local", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_the_first_and_last_times_have_zones_too(local: str) -> None:
    assert zone_of("FR", None, datetime.fromisoformat(local)) == "Europe/Paris"
