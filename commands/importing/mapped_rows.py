"""Mapped rows: the rows of a shop's file, with our columns in place of the shop's."""

import re
from collections.abc import Iterator, Mapping, Sequence

import orjson

from commands.importing.column_map import ColumnMap, comparable

AMOUNTS = ("item_unit_price", "item_total", "total")
CURRENCY = "currency"
METADATA = "metadata"
TOTAL = "total"
_NAME_IN_BRACES = re.compile(r"\{([^{}]+)\}")


class ColumnSource:
    """Where a value stands in a row: in one cell, or in a text that is made of several."""

    def __init__(self, text: str, header: Sequence[str]) -> None:
        names = _NAME_IN_BRACES.findall(text)
        self.text = text
        self._parts = _NAME_IN_BRACES.split(text) if names else ["", text, ""]
        self._places = [_place(name, header) for name in self._parts[1::2]]

    @property
    def is_there(self) -> bool:
        return any(place is not None for place in self._places)

    @property
    def places(self) -> set[int]:
        return {place for place in self._places if place is not None}

    def read(self, cells: Sequence[str]) -> str:
        """Return the text, or nothing if all of its cells are empty."""
        found = ["" if place is None else cells[place].strip() for place in self._places]
        if not any(found):
            return ""
        if self._parts[0] == self._parts[-1] == "" and len(found) == 1:
            return found[0]
        texts = [self._parts[0]]
        for value, between in zip(found, self._parts[2::2], strict=True):
            texts += (value, between)
        return " ".join("".join(texts).split())


class MappedRows:
    """Translates the rows of one file. `names` are our columns, in the order of the new cells."""

    def __init__(self, column_map: ColumnMap, header: Sequence[str]) -> None:
        self._map = column_map
        self._sources = _found(column_map.columns, header)
        self._metadata = _found(column_map.metadata, header)
        constants = [name for name in column_map.values if name not in self._sources]
        self.names = [*self._sources, *constants]
        self._constants = [column_map.values[name] for name in constants]
        if column_map.currency_signs and CURRENCY not in self.names:
            self.names.append(CURRENCY)
            self._constants.append("")
        if self._metadata and METADATA not in self.names:
            self.names.append(METADATA)
        self._amounts = [self.names.index(name) for name in AMOUNTS if name in self.names]

    @property
    def titles(self) -> Mapping[str, str]:
        """The sources of our columns, as the file or the map spells them."""
        return {name: found[0].text for name, found in self._sources.items()}

    @property
    def loose(self) -> frozenset[str]:
        """Columns that may differ between the lines of an order.

        A line without the first source shows another one, and a line's total may stand in the place
        of the order's.
        """
        return frozenset(
            {name for name, found in self._sources.items() if len(found) > 1} | {TOTAL}
        )

    @property
    def places(self) -> set[int]:
        """The places of the cells that are read."""
        groups = (*self._sources.values(), *self._metadata.values())
        return {place for sources in groups for source in sources for place in source.places}

    def translate(self, cells: Sequence[str]) -> list[str]:
        row = [_first(sources, cells) for sources in self._sources.values()]
        row += self._constants
        for name, meanings in self._map.translations.items():
            if name in self._sources:
                place = self.names.index(name)
                row[place] = _meaning(row[place], meanings)
        if self._map.currency_signs:
            self._take_signs_off(row)
        if self._metadata:
            pairs = {key: _first(sources, cells) for key, sources in self._metadata.items()}
            pairs = {key: value for key, value in pairs.items() if value}
            row.append(orjson.dumps(pairs).decode() if pairs else "")
        return row

    def _take_signs_off(self, row: list[str]) -> None:
        """Take signs off that stand for the row's currency, which they give if it has none."""
        currency = self.names.index(CURRENCY)
        for place in self._amounts:
            sign, amount = self._split(row[place])
            codes = self._map.currency_signs.get(sign, ())
            if codes and row[currency].upper() in ("", *codes):
                row[place] = amount
                row[currency] = row[currency] or codes[0]

    def _split(self, text: str) -> tuple[str, str]:
        for sign in sorted(self._map.currency_signs, key=len, reverse=True):
            if text.startswith(sign):
                return sign, text[len(sign) :].strip()
            if text.endswith(sign):
                return sign, text[: -len(sign)].strip()
        return "", text


def _place(name: str, header: Sequence[str]) -> int | None:
    compared = comparable(name)
    return header.index(compared) if compared in header else None


def _found(
    columns: Mapping[str, Sequence[str]], header: Sequence[str]
) -> dict[str, list[ColumnSource]]:
    """Return the sources that the header has; columns without one are left out."""
    sources = {
        name: [ColumnSource(text, header) for text in texts] for name, texts in columns.items()
    }
    return {
        name: found
        for name, listed in sources.items()
        if (found := [source for source in listed if source.is_there])
    }


def _first(sources: Sequence[ColumnSource], cells: Sequence[str]) -> str:
    return next(_values(sources, cells), "")


def _values(sources: Sequence[ColumnSource], cells: Sequence[str]) -> Iterator[str]:
    for source in sources:
        if value := source.read(cells):
            yield value


def _meaning(text: str, meanings: Mapping[str, str]) -> str:
    """Return what the longest beginning of the text means, nothing if none is known."""
    compared = comparable(text)
    for beginning in sorted(meanings, key=len, reverse=True):
        if compared and compared.startswith(comparable(beginning)):
            return meanings[beginning]
    return ""
