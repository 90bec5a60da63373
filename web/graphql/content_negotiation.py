"""Negotiation: in which form a client takes its answer, and in which it sent its request."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from mimeparse import (
    MimeTypeParseException,
    parse_media_range,
    parse_mime_type,
    quality_and_fitness_parsed,
)

EVENTS = "text/event-stream"
PAGE = "text/html"
SENT = "application/json"
ENCODINGS = frozenset({"utf-8", "utf8"})
NAMED = 110
"""The least fitness of a range that gives both type and subtype. Events and the page are only for
clients that name them: whoever takes anything has not asked for them."""

REMEMBERED_HEADERS = 100
"""Different values of a header that are read but once: libraries send always the same."""
REMEMBERED_LENGTH = 200
"""Bytes of such a value; browsers send no longer ones."""
READ_LENGTH = 2000
"""Bytes that are read of a value, in at most three milliseconds: a longer one was made to keep us
busy."""


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
    events, page = _rank(ranges, EVENTS, NAMED), _rank(ranges, PAGE, NAMED)
    return Accepted(
        form,
        takes_events=events is not None,
        wants_events=events is not None and (form is None or events > least),
        wants_page=page is not None and (form is None or page > least),
    )


Rank = tuple[float, int]
"""How gladly something is taken: the weight counts, and then what is named first."""

MediaRange = tuple[str, str, dict[str, str]]
"""A type, a subtype, and parameters with at least `q`, which is 1 unless it is a valid weight."""


def _rank(ranges: list[MediaRange], name: str, least_fitness: float = 0) -> Rank | None:
    """None if it is not taken. The range that fits it most closely decides, and then the first."""
    weight, fitness = quality_and_fitness_parsed(name, ranges)
    if not weight or fitness < least_fitness:
        return None
    fits = (quality_and_fitness_parsed(name, [one])[1] for one in ranges)
    place = next(place for place, found in enumerate(fits) if found == fitness)
    return (weight, -place)


def _ranges(header: str) -> Iterator[MediaRange]:
    """Yield those that can be read and are in an encoding of ours."""
    for entry in header.lower().split(","):
        try:
            one = parse_media_range(entry)
        except MimeTypeParseException:
            continue
        if one[2].get("charset", "utf-8") in ENCODINGS:
            yield one


def _is_json(header: bytes) -> bool:
    try:
        *name, parameters = parse_mime_type(header.decode("latin-1").lower())
    except MimeTypeParseException:
        return False
    return "/".join(name) == SENT and parameters.get("charset", "utf-8") in ENCODINGS


_accepted_before = lru_cache(REMEMBERED_HEADERS)(_accepted)
_is_json_before = lru_cache(REMEMBERED_HEADERS)(_is_json)
