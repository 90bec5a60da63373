"""Fields of drafts: the name that the API gives each, and how its value is read from a file."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, get_args, get_type_hints

from strawberry.utils.str_converters import to_camel_case

from errors import Invalid
from models import values
from models.enums import DeliveryMethod
from schema.scalars import parse_datetime, parse_decimal

LONGEST_QUOTED = 40
_WHOLE = re.compile(r"[+-]?[0-9]{1,12}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,20})?")

Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class FieldKind:
    """How a value is read from the text of a CSV cell, and from a JSON value."""

    from_cell: Read
    from_json: Read


@dataclass(frozen=True, slots=True)
class InputField:
    """A field of a draft. `name` is the API's, `attribute` the draft's."""

    name: str
    attribute: str
    kind: FieldKind
    is_required: bool


@cache
def fields_of(draft: type) -> tuple[InputField, ...]:
    """Return the draft's plain fields, without those that hold other drafts."""
    hints = get_type_hints(draft)
    return tuple(
        InputField(
            name=to_camel_case(field.name),
            attribute=field.name,
            kind=KINDS[_plain(hints[field.name])],
            is_required=field.default is dataclasses.MISSING,
        )
        for field in dataclasses.fields(draft)
        if _plain(hints[field.name]) in KINDS
    )


def _plain(hint: Any) -> Any:
    return get_args(hint)[0] if isinstance(hint, UnionType) else hint


def quoted(value: object) -> str:
    """Return the value for a message, shortened."""
    text = repr(value)
    return text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}..."


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Invalid(f"{quoted(value)} must be text.")
    return value


def _whole_cell(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise Invalid(f"{quoted(text)} is not a whole number.")
    return int(text)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(f"{quoted(value)} is not a whole number.")
    return value


def _number_cell(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise Invalid(f"{quoted(text)} is not a number.")
    return float(text)


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Invalid(f"{quoted(value)} is not a number.")
    return float(value)


def _amount(value: Any) -> Decimal:
    amount: Decimal = _scalar(parse_decimal, value)
    return amount


def _moment(value: Any) -> datetime:
    """Return the time in UTC, so that the same moment in another zone is the same content."""
    return values.utc(_scalar(parse_datetime, value))


def _scalar(parse: Read, value: Any) -> Any:
    try:
        return parse(value)
    except ValueError as error:
        raise Invalid(f"{quoted(value)} {error}.") from error


def _delivery_method(value: Any) -> DeliveryMethod:
    try:
        return DeliveryMethod(value)
    except ValueError as error:
        choices = ", ".join(DeliveryMethod)
        raise Invalid(f"{quoted(value)} is not one of {choices}.") from error


KINDS: Mapping[type, FieldKind] = {
    str: FieldKind(_text, _text),
    int: FieldKind(_whole_cell, _whole),
    float: FieldKind(_number_cell, _number),
    Decimal: FieldKind(_amount, _amount),
    datetime: FieldKind(_moment, _moment),
    DeliveryMethod: FieldKind(_delivery_method, _delivery_method),
}
