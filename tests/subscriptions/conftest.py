"""A feed of the log, and how often it looks."""

from collections.abc import AsyncIterator, Iterator

import pytest

from devservices.redis import RedisServer
from subscriptions import feed as live_feed
from subscriptions import transport as transports
from subscriptions.feed import Feed
from subscriptions.live_questions import LiveQuestions
from subscriptions.transport import open_transport
from tests.subscriptions.asking import Clock
from tests.subscriptions.following import Ear, listening


@pytest.fixture
async def feed(db) -> AsyncIterator[Feed]:
    """Running, after it has told those who listen already to read the log."""
    async with Feed(open_transport("memory://")) as feed:
        ear = Ear()
        with listening(feed, ear):
            assert await ear.hear(1) == [None]
        yield feed


@pytest.fixture
def still(db: str) -> Feed:
    """A feed that hands on nothing by itself."""
    return Feed(open_transport("memory://"))


@pytest.fixture
def unread() -> Feed:
    """A feed that reads no log: it hands on what the test tells it to."""
    return Feed(open_transport("memory://"))


@pytest.fixture
def questions(unread: Feed) -> LiveQuestions:
    return LiveQuestions(unread)


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def ear(feed: Feed) -> Iterator[Ear]:
    """It hears every change."""
    ear = Ear()
    with listening(feed, ear):
        yield ear


@pytest.fixture
def without_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed reads when it is told to, and never by itself."""
    monkeypatch.setattr(live_feed, "LOOK_INTERVAL", 3600.0)


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_feed, "LOOK_INTERVAL", 0.02)


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds in production to be given up."""
    monkeypatch.setattr(transports, "ANSWER_TIMEOUT", 0.2)
    monkeypatch.setattr(transports, "PING_AFTER", 0.2)
