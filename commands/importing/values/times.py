"""Times as shops write them: of any spelling, as far as it says one moment or one day."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from commands.importing.values.quotation import quoted
from errors import Invalid
from models import values
from schema.scalars import NOT_A_TIME, parse_datetime

_TIME = re.compile(
    r"(?P<day>\d{4}-?\d\d-?\d\d)"
    r"(?:(?:[Tt]|\s+)(?P<clock>\d\d:?\d\d(?::?\d\d)?)(?:[.,](?P<fraction>\d{1,9}))?"
    r"\s*(?P<offset>[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
"""ISO 8601 in its basic and extended form, with a blank for the T and before the offset."""
NAME_FORMATS = ", or name its format: `times` in the map of --columns"
_ONE_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Occasion:
    """When something happened: at a moment, or some time on the day that begins at `start`."""

    start: datetime
    is_day: bool

    @property
    def end(self) -> datetime:
        return self.start + _ONE_DAY - _ONE_SECOND if self.is_day else self.start


class Times:
    """Reads times. `zone` is that of times that name none; `formats` are those of strptime, or None
    where a map of columns cannot name them."""

    def __init__(self, zone: tzinfo | None = None, formats: tuple[str, ...] | None = None) -> None:
        self._zone = zone
        self._formats = formats or ()
        self._advice = "" if formats is None else NAME_FORMATS

    def moment(self, value: Any) -> datetime:
        """Return the time in UTC, so that the same moment in another zone is the same content.

        A date alone is its first moment.
        """
        try:
            return values.utc(parse_datetime(value))
        except ValueError:
            return values.utc(self._read(value).start)

    def deadline(self, value: Any) -> datetime:
        """Return the time in UTC; a date alone is its last second."""
        return values.utc(self._read(value).end)

    def occasion(self, value: Any) -> Occasion:
        """Return the time in its own zone, and whether it is a day alone."""
        occasion = self._read(value)
        values.utc(occasion.start)
        return occasion

    def _read(self, value: Any) -> Occasion:
        if isinstance(value, str):
            for read in (self._iso_time, self._formatted_time):
                occasion = read(value.strip())
                if occasion is not None:
                    return occasion
        raise Invalid(f"{quoted(value)} {NOT_A_TIME}{self._advice}.")

    def _iso_time(self, text: str) -> Occasion | None:
        match = _TIME.fullmatch(text)
        if match is None:
            return None
        clock, fraction, offset = match["clock"], match["fraction"], match["offset"]
        try:
            day = date.fromisoformat(match["day"])
            at = time.fromisoformat(clock) if clock else time()
        except ValueError:
            return None
        if fraction:
            at = at.replace(microsecond=int(fraction[:6].ljust(6, "0")))
        zone = _offset(offset) if offset else self._zone_of(text)
        return Occasion(datetime.combine(day, at, zone), is_day=not clock)

    def _formatted_time(self, text: str) -> Occasion | None:
        for form in self._formats:
            try:
                moment = datetime.strptime(text, form)  # noqa: DTZ007
            except ValueError:
                continue
            has_clock = any(directive in form for directive in ("%H", "%I", "%T", "%X", "%c"))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self._zone_of(text))
            return Occasion(moment, is_day=not has_clock)
        return None

    def _zone_of(self, text: str) -> tzinfo:
        if self._zone is None:
            raise Invalid(f"{quoted(text)} {NOT_A_TIME}, or say --time-zone.")
        return self._zone


def _offset(text: str) -> tzinfo:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if length >= _ONE_DAY:
        raise Invalid(f"{quoted(text)} is not an offset from UTC.")
    return timezone(-length if text[0] == "-" else length)
