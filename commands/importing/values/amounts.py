"""Amounts and other numbers, however they are spelt, as far as they can mean only one number."""

import re
from decimal import Decimal
from enum import Enum

from commands.importing.values.quotation import quoted
from commands.importing.values.spreadsheet_cells import refuse_rounded
from errors import Invalid
from schema.scalars import parse_decimal

_WHOLE = re.compile(r"([+-]?[0-9]{1,12})(?:\.(?:0{1,2}|0{4,8}))?")
"""A whole number, also with the zeros that shops and spreadsheets add. Three zeros after a dot may
be thousands."""
_WHOLE_WITH_COMMA = re.compile(r"([+-]?[0-9]{1,12}),0{1,2}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,20})?")
_GROUP_MARKS = " '\u2019\u00a0\u202f"
"""Blanks and apostrophes, also the typographic ones."""


class DecimalMark(Enum):
    """The mark before the decimals of the amounts of a file."""

    DOT = "."
    COMMA = ","
    EITHER = "either"
    """Nobody has said which: an amount is taken if it can mean only one number."""
    PLAIN = "plain"
    """Amounts are written like 12.50; none has marks between its thousands."""


def amount(text: str, mark: DecimalMark) -> Decimal:
    """Read an amount with one of the marks.

    Raises Invalid for text that is not an amount, and for one that may mean two.
    """
    readings = {
        reading
        for decimal_mark in (DecimalMark.DOT, DecimalMark.COMMA)
        if mark in (decimal_mark, DecimalMark.EITHER)
        and (reading := _read_amount(text, decimal_mark)) is not None
    }
    if len(readings) > 1:
        larger, smaller = sorted(readings, reverse=True)
        raise Invalid(
            f"{quoted(text)} may mean {larger} or {smaller}: say --decimal , or --decimal ."
        )
    if not readings:
        refuse_rounded(text)
        raise Invalid(f"{quoted(text)} is not an amount like {_example(mark)}.")
    return readings.pop()


def whole(text: str, mark: DecimalMark) -> int:
    match = _WHOLE.fullmatch(text)
    if match is None and mark in (DecimalMark.COMMA, DecimalMark.EITHER):
        match = _WHOLE_WITH_COMMA.fullmatch(text)
    if match is None:
        refuse_rounded(text)
        raise Invalid(f"{quoted(text)} is not a whole number.")
    return int(match[1])


def number(text: str, mark: DecimalMark) -> float:
    """Read a coordinate, which has no thousands."""
    if mark in (DecimalMark.COMMA, DecimalMark.EITHER) and "." not in text:
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        refuse_rounded(text)
        raise Invalid(f"{quoted(text)} is not a number.")
    return float(text)


def plain_amount(text: str) -> Decimal:
    try:
        return parse_decimal(text)
    except ValueError as error:
        refuse_rounded(text)
        raise Invalid(f"{quoted(text)} {error}.") from error


def _read_amount(text: str, mark: DecimalMark) -> Decimal | None:
    """Return the amount if the text has this mark, or none, and whole groups of thousands."""
    match = _SPELLINGS[mark].fullmatch(text)
    if match is None:
        return None
    sign, whole_part, decimals = match["sign"], match["whole"], match["decimals"]
    digits = "".join(character for character in whole_part if character.isdigit())
    return Decimal(f"{sign}{digits}.{decimals or '0'}") if decimals else Decimal(sign + digits)


def _spelling(decimal_mark: str, group_marks: str) -> re.Pattern[str]:
    groups = rf"[0-9]{{1,3}}(?P<group>[{group_marks}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
    return re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>[0-9]{{1,20}}|{groups})"
        rf"(?:[{decimal_mark}](?P<decimals>[0-9]{{1,20}}))?"
    )


_SPELLINGS = {
    DecimalMark.DOT: _spelling(".", f",{_GROUP_MARKS}"),
    DecimalMark.COMMA: _spelling(",", f".{_GROUP_MARKS}"),
}


def _example(mark: DecimalMark) -> str:
    return "12,50" if mark is DecimalMark.COMMA else "12.50"
