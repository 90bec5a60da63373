"""The table of a CSV file: its columns, and the values of a row in them."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from strawberry.utils.str_converters import to_snake_case

from commands.importing.faults import STAND_INS
from commands.importing.fields import InputField, Read, Readers, fields_of
from commands.importing.history import HistoryDraft
from commands.importing.lines import UnreadableFile
from commands.importing.values.quotation import quoted
from commands.importing.values.spreadsheet_cells import GUARDS, unguarded
from errors import DomainError, Invalid
from tracking.inputs import AddressDraft, CustomerDraft, ItemDraft, MetadatumDraft, OrderDraft

PREFIXES = {"customer": "customer_", "shippingAddress": "address_", "items": "item_"}
PARTS = (
    ("", OrderDraft),
    (PREFIXES["customer"], CustomerDraft),
    (PREFIXES["shippingAddress"], AddressDraft),
    (PREFIXES["items"], ItemDraft),
    ("", HistoryDraft),
)
IDENTITIES = ("idempotency_key", "reference")
METADATA = "metadata"
TOTAL = "total"
LINE_TOTAL = "item_total"
"""The price of all pieces of a line, for files that lack the price of one."""
KNOWN = (
    *(prefix + field.attribute for prefix, draft in PARTS for field in fields_of(draft)),
    LINE_TOTAL,
)
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
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The columns that the file has for each part of an order."""

    width: int
    identities: Sequence[CsvColumn]
    order: Sequence[CsvColumn]
    customer: Sequence[CsvColumn]
    address: Sequence[CsvColumn]
    item: Sequence[CsvColumn]
    history: Sequence[CsvColumn]
    line_total: CsvColumn | None


def table_of(names: Sequence[str], readers: Readers) -> CsvTable:
    """Return the table with these columns. Raises UnreadableFile, which names missing ones."""
    _refuse_missing(names)
    order, customer, address, item, history = (_columns(names, readers, *part) for part in PARTS)
    if METADATA in names:
        order.append(CsvColumn(METADATA, names.index(METADATA), METADATA, METADATA, _metadata))
    identities = [column for column in order if column.name in IDENTITIES]
    price = next(field for field in fields_of(ItemDraft) if field.attribute == "unit_price")
    line_total = (
        CsvColumn(LINE_TOTAL, names.index(LINE_TOTAL), TOTAL, TOTAL, readers.of_cell(price))
        if LINE_TOTAL in names
        else None
    )
    return CsvTable(len(names), identities, order, customer, address, item, history, line_total)


def values_of(
    columns: Sequence[CsvColumn], cells: Sequence[str], faults: list[DomainError], *path: str
) -> dict[str, Any]:
    """Return a draft's values from the cells of a row, without empty ones.

    What is wrong is added to `faults`, below `path`; a value that must be there gets a stand-in.
    """
    values = {}
    for column in columns:
        text = cells[column.place].strip()
        try:
            if text and text[0] in GUARDS:
                text = unguarded(text)
            if text:
                values[column.attribute] = column.read(text)
                continue
            if not column.is_required:
                continue
            fault: DomainError = Invalid("Is missing.")
        except DomainError as refusal:
            fault = refusal
        faults.append(fault.inside(*path, column.field))
        if column.is_required:
            values[column.attribute] = STAND_INS[column.attribute]
    return values


def column_name(path: Sequence[str]) -> str:
    """Return the column of a refused value by its path, or the part's name for a whole part."""
    part, *others = (step for step in path if not step.isdigit())
    prefix = PREFIXES.get(part)
    if prefix is None:
        return to_snake_case(part)
    return prefix + to_snake_case(others[0]) if others else prefix.rstrip("_")


def refuse_misspelt(names: Sequence[str]) -> None:
    """Raise UnreadableFile for a name that looks misspelt.

    If the column were left out, its values would be missing in orders that no import can amend.
    """
    for name in _unknown(names):
        near = difflib.get_close_matches(name, (*KNOWN, METADATA), n=1, cutoff=ALIKE)
        if near and near[0] not in names:
            raise UnreadableFile(
                f"It has no column {near[0]}, but one {quoted(name)[1:-1]}: rename that, or take"
                " it out."
            )


def warn_of_unknown(names: Sequence[str], warn: Warn) -> None:
    unknown = _unknown(names)
    if unknown:
        names_shown = ", ".join(quoted(name)[1:-1] for name in unknown)
        warn(f"Warning: Unknown columns are left out: {names_shown}.")


def _columns(names: Sequence[str], readers: Readers, prefix: str, draft: type) -> list[CsvColumn]:
    return [
        _column(name, names.index(name), field, readers)
        for field in fields_of(draft)
        if (name := prefix + field.attribute) in names
    ]


def _column(name: str, place: int, field: InputField, readers: Readers) -> CsvColumn:
    read = readers.of_cell(field)
    return CsvColumn(name, place, field.name, field.attribute, read, field.is_required)


def _refuse_missing(names: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if not any(name in names for name in IDENTITIES):
        missing.insert(0, " or ".join(IDENTITIES))
    if missing:
        raise UnreadableFile(
            f"Its first line must name the columns; these are missing: {', '.join(missing)}."
            " If it names them otherwise, say with --columns which column is which."
        )


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
