"""Carriers: the names by which customers know them."""

import pytest

from language.carriers import CARRIER_NAMES, carrier_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("ups", "UPS"),
        ("dhl_express", "DHL Express"),
        ("gls_es", "GLS ES"),
        ("fedex_ground", "FedEx Ground"),
        ("some_new_carrier", "Some New Carrier"),
        ("dhl_\u202eevil", "DHL Evil"),
        ("x" * 200, "X" + "x" * 78 + "…"),
        ("own", None),
        (None, None),
        ("", None),
        ("_", None),
    ],
)
def test_a_carrier_is_called_by_its_name_and_the_shop_by_none(
    code: str | None, name: str | None
) -> None:
    assert carrier_name(code) == name


def test_known_carriers_have_codes_as_the_api_writes_them() -> None:
    assert [code for code in CARRIER_NAMES if code != code.lower() or " " in code] == []
