"""Tracking ids are read tolerantly, and every simple typing error is detected."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tracking_ids import new_tracking_id, parse_tracking_id

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
IDS = [new_tracking_id() for _ in range(3)]
every_id = pytest.mark.parametrize("id_", IDS, ids=["first", "second", "third"])


def bare(id_: str) -> str:
    """The seventeen symbols of the id, without prefix and dashes."""
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
    assert [text for text in wrong if parse_tracking_id(text) is not None] == []


def test_every_swap_of_neighbours_is_caught() -> None:
    swapped = []
    for symbols in (bare(new_tracking_id()) for _ in range(300)):
        for place in range(16):
            first, second = symbols[place], symbols[place + 1]
            if first != second:
                swapped.append(symbols[:place] + second + first + symbols[place + 2 :])

    assert len(swapped) > 4000
    assert [text for text in swapped if parse_tracking_id(text) is not None] == []


def test_neighbours_of_every_two_values_are_told_apart_in_every_place() -> None:
    """The check is linear, so it is enough to test ids whose other symbols are zero."""
    for place in range(15):
        for symbol in SYMBOLS[1:]:
            there = "0" * place + symbol + "0" * (15 - place)
            beside = "0" * (place + 1) + symbol + "0" * (14 - place)

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
        for lookalike in "1IiLl":
            typed = id_ and id_.replace("0", zero).replace("1", lookalike)
            assert typed is not None
            assert parse_tracking_id(typed) == id_


def test_symbols_that_look_like_the_prefix_are_kept() -> None:
    symbols = "WA" + "7" * 14
    typed = symbols + check_of(symbols)

    assert parse_tracking_id(typed) == parse_tracking_id(f"WA-{typed}") is not None


@pytest.mark.parametrize(
    "typed", ["", "WA", "WA-", "U" * 17, "7" * 16, "7" * 18, "٣" * 17, "-" * 17]
)
def test_a_text_that_is_not_a_tracking_id_is_not_read(typed: str) -> None:
    assert parse_tracking_id(typed) is None


def test_a_tracking_id_with_more_behind_it_is_not_read() -> None:
    assert parse_tracking_id(IDS[0] + "7") is None
    assert parse_tracking_id(IDS[0] + " " * 60 + "; and more") is None


@given(st.text())
def test_any_text_is_read_as_an_id_that_reads_the_same_or_as_none(text: str) -> None:
    id_ = parse_tracking_id(text)

    assert id_ is None or parse_tracking_id(id_) == id_
