"""Fields of drafts: the name that the API gives each, and how its value is read from a file."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import cache, partial
from types import UnionType
from typing import Any, get_args, get_type_hints

from strawberry.utils.str_converters import to_camel_case

from commands.importing.values import amounts
from commands.importing.values.amounts import DecimalMark
from commands.importing.values.countries import country_code
from commands.importing.values.quotation import quoted
from commands.importing.values.spreadsheet_cells import LAST_DIGIT, refuse_rounded
from commands.importing.values.times import Occasion, Times
from errors import Invalid
from models.enums import DeliveryMethod
from schema.scalars import parse_decimal

MAXIMUM_EXACT = 2**53
"""The largest whole number that a JSON number with decimals, such as 2.0, has exactly."""

Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class InputField:
    """A field of a draft. `name` is the API's, `attribute` the draft's."""

    name: str
    attribute: str
    kind: type
    is_required: bool


@cache
def fields_of(draft: type) -> tuple[InputField, ...]:
    """Return the draft's plain fields, without those that hold other drafts."""
    hints = get_type_hints(draft)
    return tuple(
        InputField(
            name=to_camel_case(field.name),
            attribute=field.name,
            kind=_plain(hints[field.name]),
            is_required=field.default is dataclasses.MISSING,
        )
        for field in dataclasses.fields(draft)
        if _plain(hints[field.name]) in KINDS
    )


def _plain(hint: Any) -> Any:
    return get_args(hint)[0] if isinstance(hint, UnionType) else hint


class Readers:
    """How the value of each field is read from a CSV cell, and from a JSON value.

    `mark` is that of a CSV file's amounts, `zone` that of times which name none, and `formats` are
    further formats of times, or None where a map of columns cannot name them.
    """

    def __init__(
        self,
        mark: DecimalMark = DecimalMark.PLAIN,
        zone: tzinfo | None = None,
        formats: tuple[str, ...] | None = None,
    ) -> None:
        times = Times(zone, formats)
        shared: Mapping[str | type, Read] = {
            datetime: times.moment,
            Occasion: times.occasion,
            DeliveryMethod: _delivery_method,
            "promised_at": times.deadline,
        }
        self._cells: Mapping[str | type, Read] = {
            str: _text_cell,
            int: partial(amounts.whole, mark=mark),
            float: partial(amounts.number, mark=mark),
            Decimal: amounts.plain_amount
            if mark is DecimalMark.PLAIN
            else partial(amounts.amount, mark=mark),
            "country": country_code,
            **shared,
        }
        self._json: Mapping[str | type, Read] = {
            str: _text,
            int: _whole,
            float: _number,
            Decimal: _amount,
            "country": lambda value: country_code(_text(value)),
            **shared,
        }

    def of_cell(self, field: InputField) -> Read:
        return self._cells.get(field.attribute) or self._cells[field.kind]

    def of_json(self, field: InputField) -> Read:
        return self._json.get(field.attribute) or self._json[field.kind]


_METHODS = {method.value: method for method in DeliveryMethod}
KINDS = (str, int, float, Decimal, datetime, Occasion, DeliveryMethod)


def _text_cell(text: str) -> str:
    if text[0] <= LAST_DIGIT:
        refuse_rounded(text)
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Invalid(f"{quoted(value)} must be text.")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAXIMUM_EXACT:
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(f"{quoted(value)} is not a whole number.")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Invalid(f"{quoted(value)} is not a number.")
    return float(value)


def _amount(value: Any) -> Decimal:
    try:
        return parse_decimal(value)
    except ValueError as error:
        raise Invalid(f"{quoted(value)} {error}.") from error


def _delivery_method(value: Any) -> DeliveryMethod:
    exact = _METHODS.get(value) if isinstance(value, str) else None
    if exact is not None:
        return exact
    spelling = "_".join(str(value).upper().replace("-", " ").replace("_", " ").split())
    try:
        return DeliveryMethod(spelling)
    except ValueError as error:
        choices = ", ".join(DeliveryMethod)
        raise Invalid(f"{quoted(value)} is not one of {choices}.") from error
