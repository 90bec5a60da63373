"""Content negotiation: the media types that a client accepts, and the one that it sent."""

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
PARTS = ["multipart", "mixed"]
PARTS_VERSION = ("subscriptionspec", "1.0")
"""The parameter by which a client asks for subscriptions in parts, and its version that is sent.
Clients that take other parts, as of `@defer`, have not asked for them."""
PAGE = "text/html"
SENT = "application/json"
ENCODINGS = frozenset({"utf-8", "utf8"})
NAMED_FITNESS = 110
"""The least fitness of a range that gives both type and subtype. Event streams and the page are for
clients that name them: a client that accepts anything has not asked for them."""

CACHED_HEADERS = 100
"""Header values whose result is cached: a library always sends the same one."""
CACHED_LENGTH = 200
"""Bytes of the longest value that is cached; browsers send shorter ones."""
PARSED_LENGTH = 2000
"""Bytes of a value that are parsed, in at most three milliseconds: a longer value was made to keep
the service busy."""


class ResponseForm(Enum):
    """The media type of an answer that is not an event stream. The first one is the default."""

    JSON = "application/json"
    """Its status is always 200: older clients trust no other."""
    GRAPHQL = "application/graphql-response+json"
    """Its status says whether the operation was executed."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answers that a client accepts."""

    form: ResponseForm | None
    """None if the client accepts neither form."""
    takes_events: bool
    wants_events: bool
    """Whether the client prefers an event stream to both forms."""
    wants_page: bool
    takes_parts: bool = False
    """Whether the client takes subscriptions in parts, and prefers them to an event stream."""

    @property
    def takes_stream(self) -> bool:
        return self.takes_events or self.takes_parts


def accepted(header: bytes | None) -> Accepted:
    """Return what the value of an Accept header allows; a missing header allows everything."""
    header = header or b"*/*"
    if len(header) > CACHED_LENGTH:
        return _accepted(header[:PARSED_LENGTH])
    return _cached_accepted(header)


def is_json(header: bytes) -> bool:
    """Return whether the value of a Content-Type header is JSON in an encoding that is read."""
    return _cached_is_json(header[:CACHED_LENGTH])


def _accepted(header: bytes) -> Accepted:
    ranges = list(_ranges(header.decode("latin-1")))
    ranks = {form: rank for form in ResponseForm if (rank := _rank(ranges, form.value)) is not None}
    form = max(ranks, key=lambda form: ranks[form], default=None)
    least = (0.0, 0) if form is None else ranks[form]
    events, page = _rank(ranges, EVENTS, NAMED_FITNESS), _rank(ranges, PAGE, NAMED_FITNESS)
    parts = _rank_of_parts(ranges)
    return Accepted(
        form,
        takes_events=events is not None,
        wants_events=events is not None and (form is None or events > least),
        wants_page=page is not None and (form is None or page > least),
        takes_parts=parts is not None and (events is None or parts > events),
    )


Rank = tuple[float, int]
"""A preference: the weight decides, then the place in the header, earlier ones first."""

MediaRange = tuple[str, str, dict[str, str]]
"""A type, a subtype, and parameters with at least `q`, which is 1 unless it is a valid weight."""


def _rank(ranges: list[MediaRange], name: str, least_fitness: float = 0) -> Rank | None:
    """Return the rank of a media type, or None if it is not accepted.

    The range that fits it most closely decides; of equal ones, the one with the greatest weight.
    """
    fits = [quality_and_fitness_parsed(name, [range_]) for range_ in ranges]
    weight, fitness = max(fits, key=lambda fit: (fit[1], fit[0]), default=(0.0, -1))
    if not weight or fitness < least_fitness:
        return None
    place = fits.index((weight, fitness))
    return (weight, -place)


def _rank_of_parts(ranges: list[MediaRange]) -> Rank | None:
    ranks = [
        (float(parameters["q"]), -place)
        for place, (*name, parameters) in enumerate(ranges)
        if name == PARTS and PARTS_VERSION in parameters.items()
    ]
    return max((rank for rank in ranks if rank[0]), default=None)


def _ranges(header: str) -> Iterator[MediaRange]:
    """Yield the media ranges that can be parsed and whose encoding is supported."""
    for entry in header.lower().split(","):
        try:
            range_ = parse_media_range(entry)
        except MimeTypeParseException:
            continue
        if range_[2].get("charset", "utf-8") in ENCODINGS:
            yield range_


def _is_json(header: bytes) -> bool:
    try:
        *name, parameters = parse_mime_type(header.decode("latin-1").lower())
    except MimeTypeParseException:
        return False
    return "/".join(name) == SENT and parameters.get("charset", "utf-8") in ENCODINGS


_cached_accepted = lru_cache(CACHED_HEADERS)(_accepted)
_cached_is_json = lru_cache(CACHED_HEADERS)(_is_json)
