"""Amounts of money are exact, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.bounds import MAXIMUM_MINOR
from models.money import NotMoney, minor_digits, to_decimal, to_minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("9.99", "EUR", 999),
        ("0", "EUR", 0),
        ("-0", "EUR", 0),
        ("0E+999999", "EUR", 0),
        ("1500", "JPY", 1500),
        ("1.5E3", "JPY", 1500),
        ("1500.000", "JPY", 1500),
        ("1.234", "KWD", 1234),
        ("1.2345", "CLF", 12345),
        ("2", "XAU", 2),
        ("1.0000000000000000000000000000000000", "USD", 100),
        ("10000000000.00", "USD", 10**12),
        ("1000000000000", "JPY", 10**12),
    ],
)
def test_an_amount_is_a_whole_number_of_the_smallest_coin(
    amount: str, currency: str, minor: int
) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("9.999", "EUR"),
        ("0.5", "JPY"),
        ("1.2345", "KWD"),
        ("1E-999999", "EUR"),
        ("1.0000000000000000000000000000000001", "USD"),
        ("0.00999999999999999999999999999999999", "USD"),
    ],
)
def test_an_amount_finer_than_its_coins_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(NotMoney, match="decimals"):
        to_minor(Decimal(amount), currency)


@pytest.mark.parametrize(
    "amount", ["10000000000.01", "1E+11", "1E+999999", "9" * 400, "10000000000.000000000001"]
)
def test_an_amount_beyond_all_orders_is_refused(amount: str) -> None:
    with pytest.raises(NotMoney, match=r"must be at most 10000000000\.00 USD"):
        to_minor(Decimal(amount), "USD")


@pytest.mark.parametrize("amount", ["-0.01", "-1E+999999", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_text_that_is_not_an_amount_is_refused(amount: str) -> None:
    with pytest.raises(NotMoney, match="must be zero or more"):
        to_minor(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XAU", 0)]
)
def test_a_currency_has_its_decimals(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "XYZ", "E R", "€"])
def test_an_unknown_currency_has_no_decimals(currency: str) -> None:
    assert minor_digits(currency) is None


def test_an_amount_is_shown_with_the_decimals_of_its_currency() -> None:
    assert str(to_decimal(999, "EUR")) == "9.99"
    assert str(to_decimal(0, "EUR")) == "0.00"
    assert str(to_decimal(1500, "JPY")) == "1500"
    assert str(to_decimal(5, "KWD")) == "0.005"


@given(st.integers(0, MAXIMUM_MINOR), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_an_amount_is_read_as_it_was_shown(minor: int, currency: str) -> None:
    assert to_minor(to_decimal(minor, currency), currency) == minor
