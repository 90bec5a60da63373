"""Carrier families: which carriers use each other's tracking numbers."""

import pytest

from models.carrier_families import FAMILIES, CarrierFamilies, Number, is_same_carrier, spelling


@pytest.mark.parametrize(
    ("carrier", "family"),
    [
        ("dhl", "dhl"),
        ("dhl_express", "dhl"),
        ("dhlexpress", "dhl"),
        ("dhlparcel_nl", "dhl"),
        ("ups_mi", "ups"),
        ("interlink_express", "dpd"),
        ("royal_mail", "royalmail"),
        ("royalmail", "royalmail"),
        ("own", "own"),
    ],
)
def test_a_carrier_has_one_family_however_it_is_spelt(carrier: str, family: str) -> None:
    assert CarrierFamilies().family_of(carrier) == family


def test_no_carrier_stands_in_two_families() -> None:
    names = [
        spelling(name) for first, others in FAMILIES.items() for name in [first, *others.split()]
    ]

    assert sorted(names) == sorted(set(names))


def test_a_family_is_its_own_name() -> None:
    families = CarrierFamilies()

    assert {families.family_of(family) for family in FAMILIES} == set(FAMILIES)


def test_further_families_extend_the_table_and_take_carriers_from_it() -> None:
    further = (("acme", "acme_air", "lasership"), ("dhl_express", "dhl_same_day"), ("own", "van"))
    families = CarrierFamilies().extended(further)

    carriers = ("acme", "acmeair", "lasership", "ontrac", "dhl_same_day", "van", "own", "ups")
    assert [families.family_of(carrier) for carrier in carriers] == [
        *("acme", "acme", "acme", "ontrac", "dhl", "own", "own", "ups")
    ]
    assert CarrierFamilies().family_of("acme_air") == "acmeair"


def test_a_number_belongs_to_the_family_of_its_carrier() -> None:
    families = CarrierFamilies()

    assert families.number("dhl_express", "N1") == Number("dhl", "N1")
    assert families.number("dhl_express", None) is None
    assert families.number(None, "N1") is None


def test_spellings_of_a_code_are_one_carrier() -> None:
    assert is_same_carrier("dhl_express", "dhlexpress")
    assert not is_same_carrier("dhl_express", "dhl")
    assert not is_same_carrier(None, None)
