"""Random values by a seed: texts that are hard to quote, and times that tie."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from database.bounds import EARLIEST_TIME, END_OF_TIME
from models.tracking_ids import ALPHABET, SYMBOLS, parse_tracking_id

Value = TypeVar("Value")
Member = TypeVar("Member", bound=StrEnum)

TEXTS = (
    "Mug",
    'a "quoted" word',
    "it's; -- DROP TABLE orders",
    "back\\slash \\n \\u0041 \\",
    "100% _sure_",
    "tab\t line\n return\r",
    "\x01\x08\x0c\x1b\x1f\x7f\x85",
    "\u2028\u2029\ufeff\ufffe",
    "Grüße, 日本語, עברית",
    "🦆👩‍👩‍👧 \U0010ffff",
    "{}",
    '{"a": [null, 1.50]}',
    "null",
    "12",
    "</script>&amp;",
    "$1 ?1 :a %s {0}",
    " ",
    "x" * 300,
)
"""Texts that a table can hold, but carelessly written SQL or JSON would break."""
MICROSECONDS = (0, 0, 0, 1, 10, 120_000, 123_456, 500_000, 999_999)
FIRST = datetime(2021, 1, 1, tzinfo=UTC)
DAYS = 1_700
"""From the first of them; all are past, whenever this runs."""
DISTANT_TIMES = (
    EARLIEST_TIME,
    EARLIEST_TIME + timedelta(days=59, microseconds=1),
    datetime(2096, 2, 29, 12, tzinfo=UTC),
    END_OF_TIME - timedelta(microseconds=1),
)
"""The ends of what is kept: long before and long after any day on which this runs."""


class RandomValues:
    """A source of random values; the same seed gives the same values."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._moments = [self._new_moment() for _ in range(6)]

    def choice(self, values: Sequence[Value]) -> Value:
        return self._random.choice(values)

    def chance(self, probability: float = 0.5) -> bool:
        return self._random.random() < probability

    def integer(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def maybe(self, value: Value, probability: float = 0.6) -> Value | None:
        return value if self.chance(probability) else None

    def enum_member(self, enum: type[Member]) -> Member:
        return self._random.choice(list(enum))

    def enum_subset(self, enum: type[Member]) -> list[Member]:
        return [member for member in enum if self.chance(0.3)]

    def text(self, longest: int = 1000) -> str:
        return self._random.choice(TEXTS)[:longest]

    def maybe_text(self, longest: int = 1000) -> str | None:
        return self.maybe(self.text(longest))

    def shuffle(self, values: list[Any]) -> None:
        self._random.shuffle(values)

    def hex_digits(self, count: int) -> str:
        return f"{self._random.getrandbits(4 * count):0{count}x}"

    def id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def moment(self) -> datetime:
        """A time: often one of a few, so that lists hold ties, and sometimes a distant one."""
        if self.chance(0.4):
            return self._random.choice(self._moments)
        return self._random.choice(DISTANT_TIMES) if self.chance(0.06) else self._new_moment()

    def maybe_moment(self) -> datetime | None:
        return self.maybe(self.moment())

    def span(self) -> tuple[datetime, datetime]:
        earliest, latest = sorted((self.moment(), self.moment()))
        return earliest, latest

    def _new_moment(self) -> datetime:
        seconds = self._random.randrange(DAYS * 86_400)
        micro = self._random.choice(MICROSECONDS)
        return FIRST + timedelta(seconds=seconds, microseconds=micro)

    def tracking_id(self) -> str:
        symbols = "".join(self._random.choices(ALPHABET, k=SYMBOLS))
        checked = (parse_tracking_id(symbols + check) for check in ALPHABET)
        return next(tracking_id for tracking_id in checked if tracking_id is not None)

    def coordinate(self, most: float) -> float:
        coordinates = (0.0, -0.5, 51.34, most, -most, 1e-07, 12.345678901234567)
        return self._random.choice(coordinates)

    def place(self) -> dict[str, Any] | None:
        """A location as it is stored: without the fields that are not known."""
        place: dict[str, Any] = {
            "name": self.maybe_text(200),
            "city": self.maybe_text(100),
            "region": self.maybe("SN"),
            "postal_code": self.maybe("04103"),
            "country": self.maybe("DE"),
        }
        if self.chance():
            place |= {"latitude": self.coordinate(90.0), "longitude": self.coordinate(180.0)}
        return {name: value for name, value in place.items() if value is not None} or None
