"""Tracking ids: read with care for people, and no slip of the pen goes unseen."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tracking_ids import new_tracking_id, parse_tracking_id

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
IDS = [new_tracking_id() for _ in range(3)]
every_id = pytest.mark.parametrize("id_", IDS)


def bare(id_: str) -> str:
    """The seventeen symbols, without prefix and dashes."""
    return id_.removeprefix("WA-").replace("-", "")


def test_a_tracking_id_has_sixteen_symbols_and_a_check_in_groups() -> None:
    group = f"[{SYMBOLS}]{{4}}"

    assert re.fullmatch(f"WA(-{group}){{4}}-[{SYMBOLS}]", new_tracking_id())


def test_tracking_ids_differ() -> None:
    assert len({new_tracking_id() for _ in range(1000)}) == 1000


@every_id
def test_a_tracking_id_is_read_as_it_is_written(id_: str) -> None:
    assert parse_tracking_id(id_) == id_


@every_id
def test_every_single_wrong_symbol_is_caught(id_: str) -> None:
    symbols = bare(id_)
    wrong = [
        symbols[:place] + other + symbols[place + 1 :]
        for place in range(17)
        for other in SYMBOLS
        if other != symbols[place]
    ]

    assert len(wrong) == 17 * 31
    assert [one for one in wrong if parse_tracking_id(one) is not None] == []


def test_every_swap_of_neighbours_is_caught() -> None:
    swapped = []
    for symbols in (bare(new_tracking_id()) for _ in range(300)):
        for place in range(16):
            one, other = symbols[place], symbols[place + 1]
            if one != other:
                swapped.append(symbols[:place] + other + one + symbols[place + 2 :])

    assert len(swapped) > 4000
    assert [one for one in swapped if parse_tracking_id(one) is not None] == []


def test_neighbours_of_every_two_values_are_told_apart_in_every_place() -> None:
    """By linearity it is enough that all other symbols are zero."""
    for place in range(15):
        for one in SYMBOLS[1:]:
            there = "0" * place + one + "0" * (15 - place)
            beside = "0" * (place + 1) + one + "0" * (14 - place)

            assert check_of(there) != check_of(beside)


def check_of(sixteen: str) -> str:
    (check,) = [symbol for symbol in SYMBOLS if parse_tracking_id(sixteen + symbol)]
    return check


@every_id
def test_case_dashes_spaces_and_the_prefix_do_not_matter(id_: str) -> None:
    symbols = bare(id_)

    for typed in (id_.lower(), symbols, f"wa{symbols}", f"  {id_} ", id_.replace("-", " - ")):
        assert parse_tracking_id(typed) == id_


def test_letters_that_look_like_digits_are_read_as_them() -> None:
    symbols = "0011" * 4
    id_ = parse_tracking_id(symbols + check_of(symbols))

    for zero in "0Oo":
        for one in "1IiLl":
            typed = id_ and id_.replace("0", zero).replace("1", one)
            assert typed is not None
            assert parse_tracking_id(typed) == id_


def test_symbols_that_look_like_the_prefix_are_kept() -> None:
    symbols = "WA" + "7" * 14
    typed = symbols + check_of(symbols)

    assert parse_tracking_id(typed) == parse_tracking_id(f"WA-{typed}") is not None


@pytest.mark.parametrize(
    "typed", ["", "WA", "WA-", "U" * 17, "7" * 16, "7" * 18, "٣" * 17, "-" * 17]
)
def test_what_is_no_tracking_id_is_not_read(typed: str) -> None:
    assert parse_tracking_id(typed) is None


def test_a_tracking_id_with_more_behind_it_is_not_read() -> None:
    assert parse_tracking_id(IDS[0] + "7") is None
    assert parse_tracking_id(IDS[0] + " " * 60 + "; and more") is None


@given(st.text())
def test_any_text_is_read_as_an_id_that_reads_the_same_or_as_none(text: str) -> None:
    id_ = parse_tracking_id(text)

    assert id_ is None or parse_tracking_id(id_) == id_
