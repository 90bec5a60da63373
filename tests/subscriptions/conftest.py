"""Fixtures of the live path: feeds of the log, and how often they look at it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from devservices.redis import RedisServer
from subscriptions import feed as live_feed
from subscriptions import transport as transports
from subscriptions.feed import Feed
from subscriptions.live_queries import LiveQueries
from subscriptions.transport import open_transport
from tests.subscriptions.live_queries import FakeClock
from tests.subscriptions.streams import RecordingListener, listening


@pytest.fixture
async def feed(db) -> AsyncIterator[Feed]:
    """A running feed that has already told its first listeners to read the log."""
    async with Feed(open_transport("memory://")) as feed:
        listener = RecordingListener()
        with listening(feed, listener):
            assert await listener.next(1) == [None]
        yield feed


@pytest.fixture
def stopped_feed(db: str) -> Feed:
    """A feed of the database that is not running: it delivers only what a test delivers."""
    return Feed(open_transport("memory://"))


@pytest.fixture
def feed_without_log() -> Feed:
    """A feed without a database: it delivers only what a test delivers."""
    return Feed(open_transport("memory://"))


@pytest.fixture
def queries(feed_without_log: Feed) -> LiveQueries:
    return LiveQueries(feed_without_log)


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    return FakeClock(monkeypatch)


@pytest.fixture
def listener(feed: Feed) -> Iterator[RecordingListener]:
    """A listener to every change."""
    listener = RecordingListener()
    with listening(feed, listener):
        yield listener


@pytest.fixture
def without_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed reads the log when it is told to, and never by itself."""
    monkeypatch.setattr(live_feed, "POLL_INTERVAL", 3600.0)


@pytest.fixture
def fast_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed looks at the log every 20 ms."""
    monkeypatch.setattr(live_feed, "POLL_INTERVAL", 0.02)


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The transport gives up after fractions of a second."""
    monkeypatch.setattr(transports, "ANSWER_TIMEOUT", 0.2)
    monkeypatch.setattr(transports, "PING_AFTER", 0.2)
