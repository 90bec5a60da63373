"""Cookies are read as they were sent."""

import pytest

from web.cookies import cookie_value


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("token=a", "a"),
        (" other=1;token = a ;last=2", "a"),
        ("token=a=b", "a=b"),
        ("token=", ""),
        ("token", None),
        ("tokens=a", None),
        ("", None),
    ],
)
def test_a_cookie_is_found_by_its_name(header: str, value: str | None) -> None:
    assert cookie_value(header, "token") == value


def test_quotes_and_escapes_are_not_resolved() -> None:
    assert cookie_value(r'token="\141\""', "token") == r'"\141\""'


def test_the_cookie_of_the_longest_path_counts() -> None:
    assert cookie_value("token=own; token=planted", "token") == "own"
