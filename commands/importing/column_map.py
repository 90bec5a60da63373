"""Column maps: where the columns of an order file stand in the file of a shop.

A map is a TOML table. Each of our columns has one source or several, of which the first that has a
value in a row counts. A source is the name of a column, or a text with such names in braces.
"""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from commands.importing.lines import UnreadableFile
from commands.importing.values.quotation import quoted

SHOPS = ("shopify", "woocommerce", "magento", "amazon", "ebay", "etsy", "odoo")
"""The shops whose exports are known, in the order in which a header is compared with them."""
REMARK_CELLS = 2
"""The cells at the beginning of a row where a remark stands: a number, then words."""


def comparable(name: str) -> str:
    """Return the name of a column as it is compared: case and blanks do not count."""
    return " ".join(name.split()).casefold()


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class IncompleteExport(BaseModel):
    """An export of the same shop that no order can be made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: Names
    reason: str


class ColumnMap(BaseModel):
    """A map of columns. Everything but `columns` may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = "the file"
    columns: Mapping[str, Names]
    recognised_by: tuple[Names, ...] = ()
    """Sets of columns; a header that has all of a set is one of these files."""
    values: Mapping[str, str] = {}
    """Columns that have the same value in all rows."""
    metadata: Mapping[str, Names] = {}
    """Keys of the order's metadata, with their sources."""
    translations: Mapping[str, Mapping[str, str]] = {}
    """The meanings of a column's values, by the words that they begin with."""
    currency_signs: Mapping[str, Names] = {}
    """Signs before or after amounts, with the currencies that each may stand for."""
    times: Names = ()
    """Formats of times besides ISO 8601, in the words of strptime."""
    remarks: Names = ()
    """Words by which rows that are no orders are known."""
    blank_continues: bool = False
    """Whether a row without reference belongs to the order above it."""
    ships_by_line: bool = False
    """Whether each line tells of its own shipment."""
    incomplete: tuple[IncompleteExport, ...] = ()

    def fits(self, header: Sequence[str]) -> bool:
        return any(_has_all(header, columns) for columns in self.recognised_by)

    def completed_by(self, own: "ColumnMap") -> "ColumnMap":
        """Return this map with everything that a user's own map says in its place."""
        said = {name: getattr(own, name) for name in own.model_fields_set}
        for name in ("columns", "values", "metadata"):
            said[name] = {**getattr(self, name), **getattr(own, name)}
        return self.model_copy(update=said)

    def is_remark(self, cells: Sequence[str]) -> bool:
        """Return whether a row is one of the remarks that the shop writes below its orders."""
        beginning = " ".join(cell.strip() for cell in cells[:REMARK_CELLS]).casefold()
        return any(remark.casefold() in beginning for remark in self.remarks)

    def refuse_incomplete(self, header: Sequence[str]) -> None:
        """Raise UnreadableFile for an export that no order can be made of."""
        for export in self.incomplete:
            if _has_all(header, export.columns) and not self.fits(header):
                raise UnreadableFile(export.reason)


def shop_map(name: str) -> ColumnMap:
    """Return the map of a shop's export."""
    text = files("commands.importing.shops").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return ColumnMap.model_validate(tomllib.loads(text))


def own_map(path: Path, known: Sequence[str]) -> ColumnMap:
    """Return the map that a user has written; columns may also stand at its top.

    Raises UnreadableFile, with what is wrong in it.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path} is not TOML: {error}.") from error
    top = {name: table.pop(name) for name in known if name in table and name != "metadata"}
    if top or "columns" not in table:
        table["columns"] = table.get("columns", {}) | top
    try:
        column_map = ColumnMap.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UnreadableFile(f"{path}: {place}: {first['msg']}.") from error
    unknown = sorted({*column_map.columns, *column_map.values} - {*known})
    if unknown:
        raise UnreadableFile(f"{path}: orders have no column {quoted(unknown[0])[1:-1]}.")
    return column_map


def _has_all(header: Sequence[str], names: Sequence[str]) -> bool:
    return {comparable(name) for name in names} <= set(header)
