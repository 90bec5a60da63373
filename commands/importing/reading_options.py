"""Reading options: what a caller says about a file. What is left out is recognised."""

from dataclasses import dataclass
from datetime import tzinfo

from commands.importing.column_map import ColumnMap
from commands.importing.values.amounts import DecimalMark


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How a file is to be read.

    A file that is not CSV is JSON. `zone` is that of times which name none, `currency` that of
    orders which name none.
    """

    is_csv: bool | None = None
    column_map: ColumnMap | None = None
    separator: str | None = None
    encoding: str | None = None
    zone: tzinfo | None = None
    decimal: DecimalMark | None = None
    currency: str | None = None
