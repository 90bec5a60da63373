"""Orders in JSON: each is an object in the shape of the API's OrderCreateInput."""

from collections.abc import Mapping
from typing import Any, TypeVar

import orjson

from commands.importing.entries import Entry, identify, refused
from commands.importing.faults import STAND_INS
from commands.importing.fields import Readers, fields_of
from commands.importing.history import HistoryDraft
from commands.importing.lines import Line
from commands.importing.values.quotation import quoted
from errors import DomainError, Invalid
from tracking.inputs import AddressDraft, CustomerDraft, ItemDraft, MetadatumDraft, OrderDraft

Draft = TypeVar("Draft")

PARTS = frozenset({"customer", "shippingAddress", "items", "metadata"})
HISTORY = frozenset(field.name for field in fields_of(HistoryDraft))


class JsonOrders:
    """Makes orders of JSON. `currency` is that of orders which name none."""

    def __init__(self, readers: Readers, currency: str | None) -> None:
        self._readers = readers
        self._defaults = {} if currency is None else {"currency": currency}

    def entry(self, line: Line) -> Entry:
        """Return the order of a text; a line is the text with the number of its first line."""
        if line.problem is not None:
            return refused([line], line.problem)
        try:
            members = _read_object(orjson.loads(line.text))
            return _Order(self._readers, members, self._defaults).entry(line)
        except orjson.JSONDecodeError as error:
            place = f"at its character {error.pos + 1}"
            return refused([line], Invalid(f"The line is not JSON: {error.msg} ({place})."))
        except DomainError as refusal:
            return refused([line], refusal)


class _Order:
    """Reads one order, and notes all that is wrong with it. What is missing gets a stand-in."""

    def __init__(
        self, readers: Readers, members: Mapping[str, Any], defaults: Mapping[str, Any]
    ) -> None:
        self._readers = readers
        self._members = members
        self._defaults = defaults
        self._faults: list[DomainError] = []

    def entry(self, line: Line) -> Entry:
        members = self._members
        values = {**self._defaults, **self._fields(OrderDraft, members, other=PARTS | HISTORY)}
        draft = OrderDraft(
            customer=self._part(CustomerDraft, "customer"),
            shipping_address=self._part(AddressDraft, "shippingAddress"),
            items=self._parts(ItemDraft, "items"),
            metadata=self._parts(MetadatumDraft, "metadata") or None,
            **values,
        )
        past = {name: value for name, value in members.items() if name in HISTORY}
        history = HistoryDraft(**self._fields(HistoryDraft, past))
        identify(draft, self._faults)
        return Entry([line], draft, () if history.is_empty else (history,), self._faults)

    def _fields(
        self,
        draft: type,
        members: Mapping[str, Any],
        *path: str,
        other: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        """Return the values of the draft's plain fields. Null counts as left out.

        `other` are members that are known but are not such fields.
        """
        fields = fields_of(draft)
        for name in sorted(members.keys() - {field.name for field in fields} - other):
            self._faults.append(Invalid(f"unknown field {quoted(name)[1:-1]}", path))
        values = {}
        for field in fields:
            value = members.get(field.name)
            try:
                if value is not None:
                    values[field.attribute] = self._readers.of_json(field)(value)
                    continue
                if not field.is_required:
                    continue
                fault: DomainError = Invalid("Is missing.")
            except Invalid as refusal:
                fault = refusal
            self._faults.append(fault.inside(*path, field.name))
            if field.is_required:
                values[field.attribute] = STAND_INS[field.attribute]
        return values

    def _part(self, draft: type[Draft], name: str) -> Draft:
        value = self._members.get(name)
        if value is None:
            self._faults.append(Invalid("Is missing.", (name,)))
            return draft(**_stand_ins(draft))
        return self._draft(draft, value, name)

    def _parts(self, draft: type[Draft], name: str) -> list[Draft]:
        values = self._members.get(name) or []
        if not isinstance(values, list):
            self._faults.append(Invalid(f"{quoted(values)} is not a JSON list.", (name,)))
            return []
        return [self._draft(draft, value, name, str(place)) for place, value in enumerate(values)]

    def _draft(self, draft: type[Draft], value: Any, *path: str) -> Draft:
        try:
            members = _read_object(value)
        except Invalid as fault:
            self._faults.append(fault.inside(*path))
            return draft(**_stand_ins(draft))
        return draft(**self._fields(draft, members, *path))


def _stand_ins(draft: type) -> dict[str, Any]:
    """Return values for all that a draft must have."""
    return {
        field.attribute: STAND_INS[field.attribute]
        for field in fields_of(draft)
        if field.is_required
    }


def _read_object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Invalid(f"{quoted(value)} is not a JSON object.")
    return value
