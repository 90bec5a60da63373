"""The table of a CSV file: its columns, and the values of a row in them."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from strawberry.utils.str_converters import to_snake_case

from commands.importing.fields import Read, fields_of, quoted
from commands.importing.lines import UnreadableFile
from errors import Invalid
from tracking.inputs import AddressDraft, CustomerDraft, ItemDraft, MetadatumDraft, OrderDraft

PREFIXES = {"customer": "customer_", "shippingAddress": "address_", "items": "item_"}
PARTS = (
    ("", OrderDraft),
    (PREFIXES["customer"], CustomerDraft),
    (PREFIXES["shippingAddress"], AddressDraft),
    (PREFIXES["items"], ItemDraft),
)
IDENTITIES = ("idempotency_key", "reference")
METADATA = "metadata"
KNOWN = tuple(prefix + field.attribute for prefix, draft in PARTS for field in fields_of(draft))
REQUIRED = tuple(
    prefix + field.attribute
    for prefix, draft in PARTS
    for field in fields_of(draft)
    if field.is_required
)

ALIKE = 0.75
"""The similarity from which a name counts as misspelt: unit_price for item_unit_price."""

Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CsvColumn:
    """A column: its place, the API's name of its field, and the draft's attribute."""

    name: str
    place: int
    field: str
    attribute: str
    read: Read


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The columns that the file has for each part of an order."""

    width: int
    identities: Sequence[CsvColumn]
    order: Sequence[CsvColumn]
    customer: Sequence[CsvColumn]
    address: Sequence[CsvColumn]
    item: Sequence[CsvColumn]

    @property
    def shared(self) -> Mapping[tuple[str, ...], Sequence[CsvColumn]]:
        """The columns that all lines of an order share, by the path of their part."""
        return {(): self.order, ("customer",): self.customer, ("shippingAddress",): self.address}


def table_of(header: Sequence[str], warn: Warn) -> CsvTable:
    """Read the columns from the first line.

    Raises UnreadableFile, which names the columns that are missing or stand twice.
    """
    names = [cell.strip().lower() for cell in header]
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise UnreadableFile(f"Columns stand twice: {', '.join(doubled)}.")
    _refuse_missing(names)
    _refuse_misspelt(names)
    _warn_of_unknown(names, warn)
    order, customer, address, item = (_columns(names, *part) for part in PARTS)
    if METADATA in names:
        order.append(CsvColumn(METADATA, names.index(METADATA), METADATA, METADATA, _metadata))
    identities = [column for column in order if column.name in IDENTITIES]
    return CsvTable(len(names), identities, order, customer, address, item)


def values_of(columns: Sequence[CsvColumn], cells: Sequence[str]) -> dict[str, Any]:
    """Return a draft's values from the cells of a row, without empty ones. Raises Invalid."""
    values = {}
    for column in columns:
        text = cells[column.place].strip()
        if text:
            try:
                values[column.attribute] = column.read(text)
            except Invalid as refusal:
                raise refusal.inside(column.field) from refusal
        elif column.name in REQUIRED:
            raise Invalid("Is missing.", (column.field,))
    return values


def column_name(path: Sequence[str]) -> str:
    """Return the column of a refused value by its path, or the part's name for a whole part."""
    part, *others = (step for step in path if not step.isdigit())
    prefix = PREFIXES.get(part)
    if prefix is None:
        return to_snake_case(part)
    return prefix + to_snake_case(others[0]) if others else prefix.rstrip("_")


def _columns(names: Sequence[str], prefix: str, draft: type) -> list[CsvColumn]:
    return [
        CsvColumn(name, names.index(name), field.name, field.attribute, field.kind.from_cell)
        for field in fields_of(draft)
        if (name := prefix + field.attribute) in names
    ]


def _refuse_missing(names: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if not any(name in names for name in IDENTITIES):
        missing.insert(0, " or ".join(IDENTITIES))
    if missing:
        hint = " It seems to have semicolons." if any(";" in name for name in names) else ""
        raise UnreadableFile(
            "Its first line must name the columns, with commas between; these are missing:"
            f" {', '.join(missing)}.{hint}"
        )


def _refuse_misspelt(names: Sequence[str]) -> None:
    """Raises UnreadableFile for a name that looks misspelt.

    If the column were left out, its values would be missing in orders that no import can amend.
    """
    for name in _unknown(names):
        near = difflib.get_close_matches(name, (*KNOWN, METADATA), n=1, cutoff=ALIKE)
        if near and near[0] not in names:
            raise UnreadableFile(
                f"It has no column {near[0]}, but one {quoted(name)[1:-1]}: rename that, or take"
                " it out."
            )


def _warn_of_unknown(names: Sequence[str], warn: Warn) -> None:
    unknown = _unknown(names)
    if unknown:
        names_shown = ", ".join(quoted(name)[1:-1] for name in unknown)
        warn(f"Unknown columns are left out: {names_shown}.")


def _unknown(names: Sequence[str]) -> list[str]:
    return [name for name in names if name and name not in (*KNOWN, METADATA)]


def _metadata(text: str) -> list[MetadatumDraft] | None:
    try:
        pairs = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"{quoted(text)} is not JSON: {error.msg}.") from error
    if not isinstance(pairs, dict):
        raise Invalid(f'{quoted(text)} must be a JSON object, like {{"channel": "web"}}.')
    for key, value in pairs.items():
        if not isinstance(value, str):
            raise Invalid(f"The value of {quoted(key)} is {quoted(value)}, and must be text.")
    return [MetadatumDraft(key=key, value=value) for key, value in pairs.items()] or None
