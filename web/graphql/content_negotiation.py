"""Negotiation: in which form a client takes its answer, and in which it sent its request."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

EVENTS = "text/event-stream"
PAGE = "text/html"
SENT = "application/json"
ENCODINGS = frozenset({"utf-8", "utf8"})

REMEMBERED_HEADERS = 100
"""Different values of a header that are read but once: libraries send always the same."""
REMEMBERED_LENGTH = 200
"""Bytes of such a value; browsers send no longer ones."""
READ_LENGTH = 2000
"""Bytes that are read of a value: a longer one was made to keep us busy."""


class ResponseForm(Enum):
    """Of an answer that is no event stream. Where nothing says which, the first."""

    JSON = "application/json"
    """Older clients trust no other status than 200 with it."""
    GRAPHQL = "application/graphql-response+json"
    """Its status tells whether the operation was begun."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a client takes."""

    form: ResponseForm | None
    """None if it is neither."""
    takes_events: bool
    wants_events: bool
    """Rather than one of the forms."""
    wants_page: bool


def accepted(header: bytes | None) -> Accepted:
    """By the value of Accept: whoever says nothing takes anything."""
    header = header or b"*/*"
    if len(header) > REMEMBERED_LENGTH:
        return _accepted(header[:READ_LENGTH])
    return _accepted_before(header)


def is_json(header: bytes) -> bool:
    """By the value of Content-Type."""
    return _is_json_before(header[:REMEMBERED_LENGTH])


def _accepted(header: bytes) -> Accepted:
    ranges = list(_ranges(header.decode("latin-1")))
    ranks = {form: rank for form in ResponseForm if (rank := _rank(ranges, form.value)) is not None}
    form = max(ranks, key=lambda form: ranks[form], default=None)
    least = (0.0, 0) if form is None else ranks[form]
    events, page = _named(ranges, EVENTS), _named(ranges, PAGE)
    return Accepted(
        form,
        takes_events=events is not None,
        wants_events=events is not None and (form is None or events > least),
        wants_page=page is not None and (form is None or page > least),
    )


Rank = tuple[float, int]
"""How gladly something is taken: the weight counts, and then who is named first."""


@dataclass(frozen=True, slots=True)
class Range:
    """One entry of Accept."""

    name: str
    weight: float
    place: int

    @property
    def rank(self) -> Rank:
        return (self.weight, -self.place)


def _rank(ranges: list[Range], name: str) -> Rank | None:
    """None if it is not taken. What is said of it by name counts before what is said of more."""
    family = f"{name.partition('/')[0]}/*"
    for said in (name, family, "*/*"):
        for one in ranges:
            if one.name == said:
                return one.rank if one.weight else None
    return None


def _named(ranges: list[Range], name: str) -> Rank | None:
    """Whoever takes anything has not asked for this."""
    return next((one.rank for one in ranges if one.name == name and one.weight), None)


def _ranges(header: str) -> Iterator[Range]:
    """Those in an encoding of ours."""
    for place, entry in enumerate(header.split(",")):
        name, parameters = _taken_apart(entry)
        if parameters.get("charset", "utf-8") in ENCODINGS:
            yield Range(name, _weight(parameters.get("q", "")), place)


def _weight(text: str) -> float:
    """What is no weight is let be."""
    try:
        weight = float(text)
    except ValueError:
        return 1.0
    return weight if 0 <= weight <= 1 else 1.0


def _is_json(header: bytes) -> bool:
    name, parameters = _taken_apart(header.decode("latin-1"))
    return name == SENT and parameters.get("charset", "utf-8") in ENCODINGS


def _taken_apart(entry: str) -> tuple[str, dict[str, str]]:
    """A media type and its parameters, in lower case."""
    name, *parameters = (part.strip() for part in entry.lower().split(";"))
    pairs = (parameter.partition("=") for parameter in parameters)
    return name, {key.strip(): value.strip().strip('"') for key, _, value in pairs}


_accepted_before = lru_cache(REMEMBERED_HEADERS)(_accepted)
_is_json_before = lru_cache(REMEMBERED_HEADERS)(_is_json)
