"""Security events: who was refused, and who changed what others may do, in lines of a log.

A line has no secrets and no personal data. Of what anybody can cause, a flood is counted instead of
written, so that it does not fill the disk.
"""

import logging
from collections import Counter
from collections.abc import Callable
from enum import StrEnum, auto
from re import compile as pattern
from time import monotonic
from typing import NotRequired, TypedDict, Unpack
from uuid import UUID

from runtime.current_request import current_request
from runtime.logfmt import LONGEST_VALUE, logfmt_value
from runtime.metrics import count_security_event

logger = logging.getLogger("whereabouts.security")

PER_ADDRESS = 5
"""Lines of one event that one address causes in a second: enough to see that it tries."""
PER_EVENT = 50
"""Lines of one event in a second, whoever causes them: with 250 bytes each, a gigabyte a day."""
REASON = pattern(r"[A-Z][A-Z0-9_]{0,39}")
"""A reason is a code: free text could hold what somebody sent."""


class SecurityEvent(StrEnum):
    """The kinds of events."""

    REFUSED_CREDENTIALS = auto()
    FORBIDDEN = auto()
    RATE_LIMITED = auto()
    ORIGIN_REFUSED = auto()
    SIGNATURE_REFUSED = auto()
    SIGN_IN_FAILED = auto()
    LINK_PROOF_FAILED = auto()
    CONNECTION_ENDED = auto()
    SIGNED_IN = auto()
    SESSION_ENDED = auto()
    KEY_CREATED = auto()
    KEY_ROTATED = auto()
    KEY_REVOKED = auto()
    LINKS_REVOKED = auto()
    CUSTOMER_ERASED = auto()


REFUSALS = frozenset(
    {
        SecurityEvent.REFUSED_CREDENTIALS,
        SecurityEvent.FORBIDDEN,
        SecurityEvent.RATE_LIMITED,
        SecurityEvent.ORIGIN_REFUSED,
        SecurityEvent.SIGNATURE_REFUSED,
        SecurityEvent.SIGN_IN_FAILED,
        SecurityEvent.LINK_PROOF_FAILED,
    }
)
"""The events that anybody can cause: they are warnings, and a flood of them is counted. The others
need rights, and each has its line."""


class EventFields(TypedDict):
    """All that a line can say.

    `viewer` is the name of who acts, `key_id` the API key with which or on which somebody acts,
    `object_id` the order, customer or session in question. `limit` is the name of a limit, and
    `reason` a code in capitals. The viewer, the key, the address and the request's id are those of
    the current request unless they are given.
    """

    viewer: NotRequired[str | None]
    key_id: NotRequired[UUID | None]
    object_id: NotRequired[UUID | None]
    address: NotRequired[str | None]
    request_id: NotRequired[str | None]
    limit: NotRequired[str | None]
    reason: NotRequired[str | None]


FIELDS = tuple(EventFields.__annotations__)


class SecurityLog:
    """Writes events, and counts those that it leaves out."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._second = 0
        self._written: Counter[SecurityEvent] = Counter()
        self._by_address: Counter[tuple[SecurityEvent, str | None]] = Counter()
        self._left_out: Counter[SecurityEvent] = Counter()

    def record(self, event: SecurityEvent, **fields: Unpack[EventFields]) -> None:
        """Write the event's line, which also says how many of its kind were left out before it.

        Raises ValueError for a field that there is not, or for a reason that is not a code.
        """
        known = _completed(fields)
        count_security_event(event.name)
        if event in REFUSALS and not self._has_room(event, known.get("address")):
            self._left_out[event] += 1
            return
        values: dict[str, str | int] = {"event": event.name, **known}
        if count := self._left_out.pop(event, 0):
            values["left_out"] = count
        _write(logging.WARNING if event in REFUSALS else logging.INFO, values)

    def _has_room(self, event: SecurityEvent, address: str | None) -> bool:
        second = int(self._clock())
        if second != self._second:
            self._second = second
            self._written.clear()
            self._by_address.clear()
        if self._written[event] >= PER_EVENT or self._by_address[event, address] >= PER_ADDRESS:
            return False
        self._written[event] += 1
        self._by_address[event, address] += 1
        return True


def _completed(fields: EventFields) -> dict[str, str]:
    """Return the fields as texts, in a fixed order, with those of the current request."""
    given: dict[str, object] = dict(fields)
    if unknown := given.keys() - set(FIELDS):
        raise ValueError(f"{', '.join(sorted(unknown))}: a security event has no such field")
    reason = given.get("reason")
    if reason is not None and not REASON.fullmatch(str(reason)):
        raise ValueError("the reason of a security event is a code in capitals")
    if (request := current_request()) is not None:
        given = {
            "viewer": request.viewer,
            "key_id": request.key_id,
            "address": request.address,
            "request_id": request.id,
        } | given
    return {
        name: str(given[name])[:LONGEST_VALUE] for name in FIELDS if given.get(name) is not None
    }


def _write(level: int, values: dict[str, str | int]) -> None:
    if not logger.isEnabledFor(level):
        return
    line = " ".join(f"{name}={logfmt_value(value)}" for name, value in values.items())
    # A record has its values beside the line, for those who write each as a field of its own.
    extra = {"fields": values}
    logger.handle(logger.makeRecord(logger.name, level, "", 0, "%s", (line,), None, extra=extra))


LOG = SecurityLog()
"""The log of this process."""
record = LOG.record
