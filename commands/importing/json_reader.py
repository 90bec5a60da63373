"""The reader of JSON files: orders in lines, or in one document."""

from collections.abc import Iterable, Iterator

import orjson

from commands.importing.entries import Entry
from commands.importing.fields import Readers
from commands.importing.json_document import read_document
from commands.importing.json_orders import JsonOrders
from commands.importing.lines import Line, Lines
from commands.importing.reading_options import ReadingOptions
from errors import DomainError


class JsonReader:
    """Reads the orders of a JSON file, and writes those that were refused as JSON Lines."""

    rejects_heading = ""

    def __init__(self, options: ReadingOptions, *, is_document: bool) -> None:
        self._orders = JsonOrders(Readers(zone=options.zone), options.currency)
        self._is_document = is_document

    def read(self, lines: Lines) -> Iterator[Entry]:
        return self._entries(read_document(lines.file) if self._is_document else lines)

    def explain(self, _entry: Entry, fault: DomainError) -> str:
        """Return the fault with the path to the refused value."""
        return ": ".join(filter(None, (".".join(fault.field), fault.message)))

    def reject(self, number: int, reason: str, original: str) -> str:
        """Return a line of the rejects."""
        row = {"line": number, "reason": reason, "original": original}
        return orjson.dumps(row).decode() + "\n"

    def _entries(self, lines: Iterable[Line]) -> Iterator[Entry]:
        for line in lines:
            if line.problem is not None or (line.text and not line.text.isspace()):
                yield self._orders.entry(line)
