"""Orders in JSON Lines: each line is an order in the shape of the API's OrderCreateInput."""

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
            yield Entry([line], _read_line(line.text))


def explain_json(_entry: Entry, refusal: DomainError) -> str:
    """Return the reason with the path to the refused value."""
    return ": ".join(filter(None, (".".join(refusal.field), refusal.message)))


def _read_line(text: str) -> OrderDraft | DomainError:
    try:
        return identified(_read_order(orjson.loads(text)))
    except orjson.JSONDecodeError as error:
        return Invalid(f"The line is not JSON: {error.msg} (at its character {error.pos + 1}).")
    except DomainError as refusal:
        return refusal


def _read_order(value: Any) -> OrderDraft:
    members = _read_object(value)
    draft = _read_fields(OrderDraft, members, PARTS)
    return OrderDraft(
        customer=_read_part(CustomerDraft, members, "customer"),
        shipping_address=_read_part(AddressDraft, members, "shippingAddress"),
        items=_read_parts(ItemDraft, members, "items"),
        metadata=_read_parts(MetadatumDraft, members, "metadata") or None,
        **draft,
    )


def _read_object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Invalid(f"{quoted(value)} is not a JSON object.")
    return value


def _read_fields(
    draft: type, members: Mapping[str, Any], parts: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return the values of the draft's plain fields. Null counts as left out."""
    fields = fields_of(draft)
    unknown = members.keys() - {field.name for field in fields} - parts
    if unknown:
        raise Invalid(f"unknown field {quoted(min(unknown))[1:-1]}")
    values = {}
    for field in fields:
        value = members.get(field.name)
        if value is not None:
            try:
                values[field.attribute] = field.kind.from_json(value)
            except Invalid as refusal:
                raise refusal.inside(field.name) from refusal
        elif field.is_required:
            raise Invalid("Is missing.", (field.name,))
    return values


def _read_part(draft: type[Draft], members: Mapping[str, Any], name: str) -> Draft:
    if members.get(name) is None:
        raise Invalid("Is missing.", (name,))
    return _build_draft(draft, members[name], name)


def _read_parts(draft: type[Draft], members: Mapping[str, Any], name: str) -> list[Draft]:
    values = members.get(name) or []
    if not isinstance(values, list):
        raise Invalid(f"{quoted(values)} is not a JSON list.", (name,))
    return [_build_draft(draft, value, name, str(place)) for place, value in enumerate(values)]


def _build_draft(draft: type[Draft], value: Any, *path: str) -> Draft:
    try:
        return draft(**_read_fields(draft, _read_object(value)))
    except DomainError as refusal:
        raise refusal.inside(*path) from refusal
