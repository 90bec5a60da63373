"""Security events have a line each, a flood of them is bounded, and no line holds a secret."""

import asyncio
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest

from access import security_events
from access.security_events import PER_ADDRESS, PER_EVENT, SecurityEvent, SecurityLog
from runtime.current_request import begin_request
from tests.clock import Clock

KEY_ID = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock: Clock) -> SecurityLog:
    return SecurityLog(clock)


@pytest.fixture(autouse=True)
def _info(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.INFO, "whereabouts.security"):
        yield


def test_a_line_has_the_event_and_its_fields_in_a_fixed_order(log: SecurityLog, caplog) -> None:
    log.record(
        SecurityEvent.KEY_REVOKED,
        reason="LEAKED",
        address="192.0.2.7",
        key_id=KEY_ID,
        viewer="the desk",
    )

    assert caplog.record_tuples == [
        (
            "whereabouts.security",
            logging.INFO,
            f'event=KEY_REVOKED viewer="the desk" key_id={KEY_ID} address=192.0.2.7 reason=LEAKED',
        )
    ]
    assert caplog.records[0].fields == {
        "event": "KEY_REVOKED",
        "viewer": "the desk",
        "key_id": str(KEY_ID),
        "address": "192.0.2.7",
        "reason": "LEAKED",
    }


def test_a_refusal_is_a_warning(log: SecurityLog, caplog) -> None:
    log.record(SecurityEvent.FORBIDDEN)

    assert caplog.record_tuples == [("whereabouts.security", logging.WARNING, "event=FORBIDDEN")]


async def test_an_event_has_the_caller_of_the_current_request(log: SecurityLog, caplog) -> None:
    async def answer() -> None:
        request = begin_request("trace-1", "192.0.2.7")
        request.viewer, request.key_id = "shop", KEY_ID
        log.record(SecurityEvent.FORBIDDEN)

    await asyncio.create_task(answer())
    log.record(SecurityEvent.ORIGIN_REFUSED)

    assert caplog.messages == [
        f"event=FORBIDDEN viewer=shop key_id={KEY_ID} address=192.0.2.7 request_id=trace-1",
        "event=ORIGIN_REFUSED",
    ]


def test_a_value_cannot_end_its_line_or_forge_another_field(log: SecurityLog, caplog) -> None:
    log.record(SecurityEvent.FORBIDDEN, viewer='a\nevent=KEY_CREATED viewer="x"', address="é" * 200)

    (line,) = caplog.messages
    assert line == (
        r'event=FORBIDDEN viewer="a\nevent=KEY_CREATED viewer=\"x\""' + f" address={'é' * 100}"
    )


@pytest.mark.parametrize("reason", ["a person's name", "lower", "", "A" * 41, "WA-1\n"])
def test_a_reason_that_is_not_a_code_is_an_error(log: SecurityLog, caplog, reason: str) -> None:
    with pytest.raises(ValueError, match="the reason of a security event is a code in capitals"):
        log.record(SecurityEvent.FORBIDDEN, reason=reason)

    assert caplog.messages == []


def test_a_field_that_is_not_in_the_list_is_an_error(log: SecurityLog) -> None:
    with pytest.raises(ValueError, match="email: a security event has no such field"):
        log.record(SecurityEvent.FORBIDDEN, email="a@example.com")  # type: ignore[call-arg]


def test_a_flood_from_one_address_is_counted_and_hides_no_other(
    log: SecurityLog, clock: Clock, caplog
) -> None:
    for _ in range(1000):
        log.record(SecurityEvent.REFUSED_CREDENTIALS, address="192.0.2.7")
    log.record(SecurityEvent.REFUSED_CREDENTIALS, address="192.0.2.8")
    log.record(SecurityEvent.FORBIDDEN, address="192.0.2.7")
    clock.now = 1.0
    log.record(SecurityEvent.REFUSED_CREDENTIALS, address="192.0.2.7")
    log.record(SecurityEvent.REFUSED_CREDENTIALS, address="192.0.2.7")

    left_out = 1000 - PER_ADDRESS
    assert caplog.messages == [
        *["event=REFUSED_CREDENTIALS address=192.0.2.7"] * PER_ADDRESS,
        f"event=REFUSED_CREDENTIALS address=192.0.2.8 left_out={left_out}",
        "event=FORBIDDEN address=192.0.2.7",
        *["event=REFUSED_CREDENTIALS address=192.0.2.7"] * 2,
    ]


def test_a_flood_from_many_addresses_is_bounded_and_so_is_what_is_remembered(
    log: SecurityLog, clock: Clock, caplog
) -> None:
    for number in range(10_000):
        log.record(SecurityEvent.REFUSED_CREDENTIALS, address=f"address-{number}")

    assert len(caplog.messages) == PER_EVENT
    assert len(log._by_address) == PER_EVENT
    clock.now = 1.0
    log.record(SecurityEvent.REFUSED_CREDENTIALS, address="192.0.2.7")
    assert caplog.messages[-1] == (
        f"event=REFUSED_CREDENTIALS address=192.0.2.7 left_out={10_000 - PER_EVENT}"
    )


def test_what_needs_rights_is_never_left_out(log: SecurityLog, caplog) -> None:
    for _ in range(1000):
        log.record(SecurityEvent.KEY_CREATED, viewer="shop", key_id=KEY_ID)

    assert caplog.messages == [f"event=KEY_CREATED viewer=shop key_id={KEY_ID}"] * 1000


def test_every_event_is_a_refusal_or_needs_rights() -> None:
    assert {event.name for event in set(SecurityEvent) - security_events.REFUSALS} == {
        *("CONNECTION_ENDED", "SIGNED_IN", "SESSION_ENDED"),
        *("KEY_CREATED", "KEY_ROTATED", "KEY_REVOKED", "LINKS_REVOKED"),
        "CUSTOMER_ERASED",
    }
