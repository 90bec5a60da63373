"""The transport within one process, and the URLs that transports are opened from."""

import asyncio

import pytest
from broadcaster import Broadcast, Event

from runtime.backoff import LONGEST_DELAY, Backoff
from subscriptions.transport import ANYTHING, CHANNEL, Transport, open_transport
from tests.log_messages import messages_of
from tests.timeouts import TIMEOUT


async def test_only_the_newest_number_is_kept():
    transport = open_transport("memory://")

    for position in (1, 2, 7, 3):
        transport.announce(position)

    assert await transport.next_published() == Event(CHANNEL, "7")
    transport.announce(4)
    assert await transport.next_published() == Event(CHANNEL, "4")


async def test_a_number_wakes_a_waiting_reader():
    transport = open_transport("memory://")
    waiting = asyncio.create_task(transport.next_published())

    await transport.publish(CHANNEL, "5")

    assert await waiting == Event(CHANNEL, "5")


async def test_a_wait_that_is_given_up_loses_nothing():
    transport = open_transport("memory://")
    waiting = asyncio.create_task(transport.next_published())
    await asyncio.sleep(0)

    transport.announce(5)
    waiting.cancel()
    await asyncio.wait([waiting])

    assert await transport.next_published() == Event(CHANNEL, "5")


@pytest.mark.parametrize("message", ["", "abc", "-1", "1.5", "9" * 5000])
async def test_a_message_that_is_not_a_number_means_any_change(message):
    transport = open_transport("memory://")

    transport._receive("6")
    transport._receive(message)

    assert await transport.next_published() == Event(CHANNEL, ANYTHING)


async def test_the_transport_is_connected_between_connect_and_disconnect():
    transport = open_transport("memory://")
    assert not transport.is_connected

    await transport.connect()
    assert transport.is_connected

    await transport.disconnect()
    assert not transport.is_connected


async def test_the_transport_is_a_backend_of_broadcaster():
    async with Broadcast(backend=open_transport("memory://")) as broadcast:  # noqa: SIM117
        async with broadcast.subscribe(CHANNEL) as subscriber:
            await broadcast.publish(CHANNEL, "9")

            async with asyncio.timeout(TIMEOUT):
                assert await subscriber.get() == Event(CHANNEL, "9")


async def test_each_scheme_has_its_transport():
    assert type(open_transport("memory://")) is Transport
    for scheme in ("redis", "rediss"):
        assert type(open_transport(f"{scheme}://localhost:6379/1")).__name__ == "RedisTransport"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost",
        "kafka://:hunter2@localhost",
        "redis://:hun#hunter2@localhost:6379",
        "redis://:hunter2@localhost:port",
        "redis://:hunter2@localhost:6379?colour=hunter2",
        "redis://localhost:6379?socket_timeout=hunter2",
    ],
)
async def test_a_url_that_cannot_be_used_is_refused_without_its_password(url):
    with pytest.raises(ValueError, match=r"^The (broadcast|Redis) URL") as refusal:
        open_transport(url)

    assert "hun" not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


async def test_an_outage_is_logged_once_and_retried_ever_more_rarely(caplog):
    outage = Backoff("Sending")
    caplog.set_level("INFO")

    delays = [outage.add_failure(OSError("away")) for _ in range(2000)]
    outage.reset()
    outage.reset()

    assert all(delay <= LONGEST_DELAY for delay in delays)
    assert 0.05 <= delays[0] <= 0.1
    assert all(delay >= LONGEST_DELAY / 2 for delay in delays[10:])
    assert messages_of(caplog.records) == ["Sending fails: OSError: away", "Sending works again"]
    assert 0.05 <= outage.add_failure(OSError("again")) <= 0.1


async def test_each_kind_of_failure_is_logged_once_an_outage(caplog):
    outage = Backoff("Sending")

    for _ in range(2):
        for error in (OSError("away"), TimeoutError("slow"), OSError("refused"), TimeoutError()):
            outage.add_failure(error)
        outage.reset()

    assert (
        messages_of(caplog.records)
        == [
            "Sending fails: OSError: away",
            "Sending fails: TimeoutError: slow",
        ]
        * 2
    )


async def test_the_longest_delay_can_be_configured():
    outage = Backoff("Reading", longest_delay=1.0)

    delays = [outage.add_failure(OSError("away")) for _ in range(20)]

    assert max(delays) <= 1
