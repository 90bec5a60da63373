"""Scalars: times, exact decimal numbers, positions in the log."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import strawberry
from graphql import FloatValueNode, IntValueNode, StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

from database.bounds import EARLIEST_TIME, END_OF_TIME
from database.timestamps import rfc_3339
from models.positions import MAXIMUM_POSITION, Position, parse_position

MAXIMUM_DIGITS = 40
"""The most digits of a decimal: far beyond money, and few enough to compute with quickly."""
FIRST_DAY, LAST_DAY = EARLIEST_TIME.date(), (END_OF_TIME - timedelta(days=1)).date()
"""The days on which stored times lie, in UTC."""
NOT_A_TIME = "must be a time like 2026-03-01T14:05:00Z or 2026-03-01T14:05:00+01:00, with its zone"
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
"""A number as people write amounts. `Decimal` also reads 1_000, 1e2, digits of other scripts and
surrounding blanks: in an amount, each of them is a slip."""
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def parse_datetime(value: Any) -> datetime:
    """Parse a time, to the microsecond.

    The offset is kept, because it may be what a carrier reported. Raises ValueError.
    """
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        return datetime.fromisoformat(value.upper())
    raise ValueError(NOT_A_TIME)


def parse_decimal(value: Any) -> Decimal:
    """Parse a string or a whole number; a JSON number with decimals has already lost exactness.

    Raises ValueError.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError('must be exact: write it as a string, like "12.50"')
    text = str(value)
    if len(text) > MAXIMUM_DIGITS:
        raise ValueError('is not an amount: write it like "12.50"')
    if not _DECIMAL.fullmatch(text):
        raise ValueError('is not a number: write it like "12.50"')
    return Decimal(text)


def parse_decimal_literal(node: ValueNode, _variables: Any = None) -> Decimal:
    """Parse a literal. A number in a document is text as it was written, so that it is exact."""
    if isinstance(node, StringValueNode | IntValueNode | FloatValueNode):
        return parse_decimal(node.value)
    raise ValueError('must be a string, like "12.50"')


def parse_position_literal(node: ValueNode, _variables: Any = None) -> Position:
    if isinstance(node, IntValueNode | StringValueNode) and len(node.value) <= 16:
        return parse_position(node.value)
    raise ValueError("must be a whole number, 0 or more")


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description=(
            "A time as an RFC 3339 string. Outputs are in UTC and end in Z. Inputs may have any"
            f" offset from UTC, and must have one. A time to be stored must lie from {FIRST_DAY} to"
            f" {LAST_DAY} (UTC); ranges may reach further."
        ),
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=rfc_3339,
        parse_value=parse_datetime,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description=(
            'An exact decimal number as a JSON string, such as "12.50". Inputs have digits from 0'
            " to 9, and may have a sign and a decimal point: no exponent, no blanks, no marks"
            f" between thousands, at most {MAXIMUM_DIGITS} characters."
        ),
        specified_by_url="https://www.w3.org/TR/xmlschema11-2/#decimal",
        serialize=str,
        parse_value=parse_decimal,
        parse_literal=parse_decimal_literal,
    ),
    Position: strawberry.scalar(
        name="Position",
        description=(
            "A position in the change log: a whole number, sent as a JSON number (up to"
            f" 2^{MAXIMUM_POSITION.bit_length() - 1}). Inputs may also be decimal strings."
        ),
        serialize=int,
        parse_value=parse_position,
        parse_literal=parse_position_literal,
    ),
}
