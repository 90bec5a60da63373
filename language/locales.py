"""A language: its messages, and how it writes days, times, numbers, lists and countries."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property, lru_cache
from gettext import NullTranslations
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_interval, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from language.messages import Message, PluralMessage
from language.plain_values import plain_value

SAME_YEAR_DAYS = 180
"""A day further away than this is told with its year: without it, it could be that of another."""

KEPT_DAYS = 1_000
"""How many written days are kept of each language: the same few are asked for again and again."""
KEPT_TIMES = 24 * 60
KEPT_MESSAGES = 2_000
"""How many translations are kept of each language: more than there are messages."""
KEPT_NUMBERS = 1_000
KEPT_COUNTRIES = 500
"""Names of countries that are kept: there are half as many, but others may write what they like."""

FIRST_OF_A_MONTH = re.compile(r"(?<!\d)1(?!\d)")
"""Babel's patterns of dates have no letter for an ordinal number."""

Direction = Literal["ltr", "rtl"]


class Language:
    """One language: `code` such as pt_BR, `tag` such as pt-BR as HTML and HTTP write it."""

    def __init__(
        self,
        code: str,
        translations: NullTranslations,
        formats: Locale,
        *,
        direction: Direction | None = None,
        own_name: str | None = None,
    ) -> None:
        self.code = code
        self.tag = code.replace("_", "-")
        self.formats = formats
        self.direction: Direction = direction or formats.text_direction  # type: ignore[assignment]
        self.own_name = own_name or _own_name(code)
        self.gettext = translations.gettext
        self.ngettext = translations.ngettext
        self.pgettext = translations.pgettext
        self.npgettext = translations.npgettext
        self._written_day = lru_cache(KEPT_DAYS)(self._write_day)
        self._written_time = lru_cache(KEPT_TIMES)(self._write_time)
        self._translated = lru_cache(KEPT_MESSAGES)(self._translate)
        self._written_number = lru_cache(KEPT_NUMBERS)(self._write_number)
        self._country_name = lru_cache(KEPT_COUNTRIES)(self._find_country_name)

    def say(self, message: Message, **values: object) -> str:
        """Return the message in this language, with its placeholders filled."""
        return self._translated(message) % values

    def count(self, message: PluralMessage, number: int, **values: object) -> str:
        """Return the form of the message for the number, which fills %(number)s."""
        text = self.ngettext(message.singular, message.plural, number)
        return text % {"number": self.number(number), **values}

    def day(self, day: date, today: date) -> str:
        """Return a day in full: Tuesday 1 December, with its year if it is far from today."""
        pattern = self._full_day_with_year if _is_far(day, today) else self._full_day
        return self._written_day(day, pattern)

    def short_day(self, day: date, today: date) -> str:
        """Return a day in short: Tue 1 Dec, with its year if it is far from today."""
        skeleton = "yMMMEd" if _is_far(day, today) else "MMMEd"
        return self._written_day(day, self.formats.datetime_skeletons[skeleton].pattern)

    def days(self, first: date, last: date, today: date) -> str:
        """Return a range of days in short: Tue 1 Dec to Thu 3 Dec."""
        skeleton = "yMMMEd" if _is_far(first, today) or _is_far(last, today) else "MMMEd"
        return self._with_ordinal(format_interval(first, last, skeleton, locale=self.formats))

    def time(self, moment: datetime | time) -> str:
        """Return the hour and minute of a local time, as its own clock shows it."""
        return self._written_time(moment.hour, moment.minute)

    def number(self, number: int | float | Decimal) -> str:
        return self._written_number(number)

    def money(self, amount: Decimal, currency: str) -> str:
        """Return an amount with its currency, which is an ISO 4217 code."""
        return format_currency(amount, currency, locale=self.formats)

    def list(self, parts: Iterable[str]) -> str:
        """Return the parts as a list: bread, milk and eggs."""
        return format_list([*parts], locale=self.formats)

    def country(self, code: str) -> str:
        """Return the name of a country by its two letters; a code that is not known stays."""
        return self._country_name(code)

    def _translate(self, message: Message) -> str:
        if message.context is None:
            return self.gettext(message.text)
        return self.pgettext(message.context, message.text)

    def _write_number(self, number: int | float | Decimal) -> str:
        return format_decimal(number, locale=self.formats)

    def _find_country_name(self, code: str) -> str:
        return str(self.formats.territories.get(code.upper()) or plain_value(code))

    def _write_day(self, day: date, pattern: str) -> str:
        return self._with_ordinal(format_date(day, pattern, locale=self.formats))

    def _with_ordinal(self, written: str) -> str:
        """Return a written day or days with the first of a month as French writes it: 1er."""
        return FIRST_OF_A_MONTH.sub("1er", written) if self.formats.language == "fr" else written

    def _write_time(self, hour: int, minute: int) -> str:
        return format_time(time(hour, minute), "short", locale=self.formats)

    @cached_property
    def _full_day(self) -> str:
        skeletons = self.formats.datetime_skeletons
        return _in_full(skeletons.get("MMMMEd") or skeletons["MMMEd"])

    @cached_property
    def _full_day_with_year(self) -> str:
        return _in_full(self.formats.date_formats["full"])


def _in_full(pattern: object) -> str:
    """Widen a pattern's weekday and month to their full names."""
    text = re.sub(r"E+", "EEEE", getattr(pattern, "pattern", str(pattern)))
    return re.sub(r"(?<!M)MMM(?!M)", "MMMM", text)


def _is_far(day: date, today: date) -> bool:
    return abs((day - today).days) > SAME_YEAR_DAYS


def _own_name(code: str) -> str:
    """Return how a language calls itself: Deutsch, Português (Brasil)."""
    name = Locale.parse(code).get_display_name() or code
    return name[:1].upper() + name[1:]
