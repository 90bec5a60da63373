"""JSON Lines: an order on each line, in the shape of the API's OrderCreateInput."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import orjson

from commands.importing.csv_table import Warn
from commands.importing.entries import Entry, identified
from commands.importing.fields import fields_of, quoted
from commands.importing.lines import Line
from errors import DomainError, Invalid
from tracking.inputs import AddressDraft, CustomerDraft, ItemDraft, MetadatumDraft, OrderDraft

Draft = TypeVar("Draft")

PARTS = frozenset({"customer", "shippingAddress", "items", "metadata"})


def read_json_lines(lines: Iterable[Line], _warn: Warn) -> Iterator[Entry]:
    for line in lines:
        if line.problem is not None:
            yield Entry([line], line.problem)
        elif line.text and not line.text.isspace():
            yield Entry([line], _asked(line.text))


def explain_json(_entry: Entry, refusal: DomainError) -> str:
    """The reason, with the path to what was wrong."""
    return ": ".join(filter(None, (".".join(refusal.field), refusal.message)))


def _asked(text: str) -> OrderDraft | DomainError:
    try:
        return identified(_order(orjson.loads(text)))
    except orjson.JSONDecodeError as error:
        return Invalid(f"The line is no JSON: {error.msg} (at its character {error.pos + 1}).")
    except DomainError as refusal:
        return refusal


def _order(value: Any) -> OrderDraft:
    given = _object(value)
    draft = _read(OrderDraft, given, PARTS)
    return OrderDraft(
        customer=_part(CustomerDraft, given, "customer"),
        shipping_address=_part(AddressDraft, given, "shippingAddress"),
        items=_parts(ItemDraft, given, "items"),
        metadata=_parts(MetadatumDraft, given, "metadata") or None,
        **draft,
    )


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Invalid(f"{quoted(value)} is no JSON object.")
    return value


def _read(
    draft: type, given: Mapping[str, Any], parts: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The draft's plain fields. Null is the same as left out."""
    fields = fields_of(draft)
    unknown = given.keys() - {field.name for field in fields} - parts
    if unknown:
        raise Invalid(f"unknown field {quoted(min(unknown))[1:-1]}")
    values = {}
    for field in fields:
        value = given.get(field.name)
        if value is not None:
            try:
                values[field.attribute] = field.kind.from_json(value)
            except Invalid as refusal:
                raise refusal.inside(field.name) from refusal
        elif field.is_required:
            raise Invalid("Is missing.", (field.name,))
    return values


def _part(draft: type[Draft], given: Mapping[str, Any], name: str) -> Draft:
    if given.get(name) is None:
        raise Invalid("Is missing.", (name,))
    return _made(draft, given[name], name)


def _parts(draft: type[Draft], given: Mapping[str, Any], name: str) -> list[Draft]:
    values = given.get(name) or []
    if not isinstance(values, list):
        raise Invalid(f"{quoted(values)} is no JSON list.", (name,))
    return [_made(draft, value, name, str(place)) for place, value in enumerate(values)]


def _made(draft: type[Draft], value: Any, *path: str) -> Draft:
    try:
        return draft(**_read(draft, _object(value)))
    except DomainError as refusal:
        raise refusal.inside(*path) from refusal
