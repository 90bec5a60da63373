"""The options of `whereabouts import` that say how a file is to be read."""

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Any, TypeVar

import click

from commands.importing.column_map import SHOPS, ColumnMap, own_map, shop_map
from commands.importing.csv_table import KNOWN, METADATA
from commands.importing.reading_options import ReadingOptions
from commands.importing.values.amounts import DecimalMark
from errors import Invalid
from models.time_zones import time_zone
from tracking import validation

CSV, JSON = "csv", ("json", "jsonl")
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_NAMES = ", ".join(SEPARATORS)

Command = TypeVar("Command", bound=Callable[..., Any])


def separator(value: str) -> str:
    """Return the character of an option, which may be said by name."""
    character = SEPARATORS.get(value.lower(), value)
    if len(character) != 1 or character in '"\r\n':
        raise click.BadParameter(f"{value!r} is not one character, nor one of {_NAMES}.")
    return character


def encoding(value: str) -> str:
    try:
        "x".encode(value)
    except LookupError as error:
        raise click.BadParameter(
            f"{value!r} is not an encoding, like utf-8 or windows-1252."
        ) from error
    return value


def zone(value: str) -> tzinfo:
    found = time_zone(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not a time zone, like Europe/Berlin.")
    return found


def currency(value: str) -> str:
    try:
        return validation.currency(value)
    except Invalid as error:
        raise click.BadParameter(error.message) from error


_OPTIONS = (
    click.option(
        "--format",
        "form",
        type=click.Choice([CSV, *JSON, *SHOPS]),
        help="Format of FILE, or the shop that has exported it.  [default: recognised]",
    ),
    click.option(
        "--columns",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="TOML file that says which columns of a CSV file are which.",
    ),
    click.option(
        "--separator",
        type=separator,
        help="Character between the cells of a CSV file, or `tab`.  [default: recognised]",
    ),
    click.option("--encoding", type=encoding, help="Encoding of FILE.  [default: recognised]"),
    click.option("--time-zone", type=zone, help="Zone of times that name none: Europe/Berlin."),
    click.option(
        "--decimal",
        type=click.Choice([DecimalMark.DOT.value, DecimalMark.COMMA.value]),
        help="Mark before the decimals of amounts; the other one, a blank or an apostrophe may"
        " stand between thousands.  [default: recognised]",
    ),
    click.option("--currency", type=currency, help="Currency of orders that name none: EUR."),
)


def reading_options(command: Command) -> Command:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_options(
    form: str | None,
    columns: Path | None,
    separator: str | None,
    encoding: str | None,
    time_zone: tzinfo | None,
    decimal: str | None,
    currency: str | None,
) -> ReadingOptions:
    """Return what the options say. Raises UnreadableFile for a map that is wrong."""
    is_csv = None if form is None and columns is None else form not in JSON
    return ReadingOptions(
        is_csv=is_csv,
        column_map=_column_map(form, columns),
        separator=separator,
        encoding=encoding,
        zone=time_zone,
        decimal=None if decimal is None else DecimalMark(decimal),
        currency=currency,
    )


def _column_map(form: str | None, columns: Path | None) -> ColumnMap | None:
    """Return the map of the columns; a user's own columns win over those of the shop."""
    shop = shop_map(form) if form in SHOPS else None
    if columns is None:
        return shop
    own = own_map(columns, (*KNOWN, METADATA))
    return own if shop is None else shop.completed_by(own)
