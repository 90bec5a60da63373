"""Texts of commands on the terminal: tables, times and names; and times as parameters."""

from datetime import UTC, datetime

import click

from schema.scalars import parse_datetime


class TimeParameter(click.ParamType[datetime]):
    """A parameter that is a time with its zone, written as in the API."""

    name = "RFC3339"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return parse_datetime(value)
        except ValueError as error:
            self.fail(f"{value!r} {error}.", param, ctx)


def printable(name: str) -> str:
    """Replace the characters that could draw on a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def time_text(moment: datetime | None) -> str:
    return "-" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def table(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the rows as lines with their cells in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
