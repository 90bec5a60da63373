"""The log is put back to an earlier state while clients follow it: all of them are told."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from unittest.mock import ANY

import pytest

from access.scopes import Scope
from database.migrations import migrate
from models.changes import Change
from resolvers.changes import LogEnd, log_end, read_log
from subscriptions import feed as live_feed
from tests.conftest import AnnouncementRecorder
from tests.databases import Databases
from tests.factories.acts import make_order
from tests.live_changes import FOLLOW_ALL, READER_SCOPES, make_pending_order
from tests.live_server import RunningService, Websocket, build_settings, running_service
from tests.log_messages import messages_of
from tests.timeouts import poll_until
from unit_of_work.epochs import end_epoch
from unit_of_work.unit_of_work import Tracker

KEPT, LOST = 3, 4
"""The changes before the copy was made, and those after it."""
LOST_POSITION = (
    "There is no position 6 here any more: the log was restored to a state before it, and the"
    " changes up to it are lost in part. Read anew what you follow, and leave `after` out to begin"
    " now, or give 0 to receive everything."
)


REASON = "The log was put back to an earlier state; connect again"
QUERY = (
    "subscription ($after: Position) { changes(after: $after) { position order { trackingId } } }"
)


@dataclass
class RestorableService:
    """A running service, and a copy of its database that was made after KEPT changes."""

    service: RunningService
    databases: Databases
    url: str
    copy: str = ""

    async def back_up(self) -> None:
        await self.service.key(*READER_SCOPES)
        self.copy = self.databases.back_up(self.url)

    async def lose(self) -> None:
        """Makes changes that the copy lacks, and puts the copy back once the feed has read them."""
        await make_orders(self.service, LOST)
        await poll_until(lambda: self.service.feed.position == KEPT + LOST)
        await self.put_back()

    async def put_back(self) -> None:
        """Puts the copy back, and waits until this process goes on in a new epoch."""
        self.databases.restore(self.url, self.copy)
        await poll_until(lambda: self.service.feed.end.epoch)


async def make_orders(service: RunningService, count: int) -> None:
    for _ in range(count):
        await make_pending_order(service)


@pytest.fixture
async def restorable(
    databases: Databases, database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[RestorableService, None]:
    monkeypatch.setattr(live_feed, "POLL_INTERVAL", 0.05)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        await make_orders(service, KEPT)
        restorable = RestorableService(service, databases, database_url)
        await restorable.back_up()
        yield restorable


async def positions_of(socket: Websocket, count: int) -> list[int]:
    return [result["data"]["changes"]["position"] for result in await socket.results(count)]


def count_followers(service: RunningService) -> int:
    streams: Any = service.feed._listeners()
    return sum(len(stream._queues) for stream in streams)


async def test_all_followers_are_ended_when_the_log_was_put_back(
    restorable: RestorableService, caplog: pytest.LogCaptureFixture
) -> None:
    service = restorable.service
    async with (
        service.socket(*READER_SCOPES) as first,
        service.socket(*READER_SCOPES) as second,
        service.events(FOLLOW_ALL, *READER_SCOPES, after=KEPT) as stream,
    ):
        await first.subscribe("a", FOLLOW_ALL, after=KEPT)
        await second.subscribe("a", FOLLOW_ALL)
        await poll_until(lambda: count_followers(service) == 3)
        await make_orders(service, LOST)
        assert await positions_of(first, LOST) == [4, 5, 6, 7]
        assert await positions_of(second, LOST) == [4, 5, 6, 7]
        events = [await stream.next() for _ in range(1 + LOST)]
        assert [event["id"] for event in events if event and "id" in event] == [*"34567"]
        await restorable.put_back()

        assert await first.close_code() == await second.close_code() == 4410
        assert first.connection.close_reason == REASON
        assert await stream.read_rest() == [{"": REASON}]
    assert count_followers(service) == 0

    readiness = (await service.http.get("/readyz")).json()
    assert readiness["status"] == "ok"
    assert readiness["rewound"] == {"at": ANY, "from": 7, "to": 3}
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert messages_of(errors) == [
        "The log was put back: this process had read it to position 7, and it is at 3 now, in the"
        " epoch that began at 0. All who follow it are ended and come back."
    ]


async def test_a_position_of_the_lost_part_is_refused_for_ever(
    restorable: RestorableService,
) -> None:
    service = restorable.service
    await restorable.lose()

    for _ in range(2):
        async with service.socket(*READER_SCOPES) as socket:
            await socket.subscribe("a", FOLLOW_ALL, after=6)
            message = await socket.next()
            assert message["type"] == "error"
            assert [error["message"] for error in message["payload"]] == [LOST_POSITION]
            assert message["payload"][0]["extensions"] == {"code": "INVALID", "field": ["after"]}
        async with service.events(
            FOLLOW_ALL, *READER_SCOPES, headers={"Last-Event-ID": "6"}
        ) as stream:
            [result, completion] = await stream.read_rest()
            assert LOST_POSITION in result["data"]
            assert completion["event"] == "complete"
        # More changes than were lost: the positions of the lost ones stay free.
        await make_orders(service, LOST + 2)


async def test_whoever_has_seen_no_lost_change_misses_none_of_the_new_ones(
    restorable: RestorableService,
) -> None:
    service = restorable.service
    await restorable.lose()
    await make_orders(service, 2)
    end = await log_end()

    for after, kept in ((0, [1, 2, 3]), (2, [3]), (KEPT, [])):
        async with service.socket(*READER_SCOPES) as socket:
            await socket.subscribe("a", FOLLOW_ALL, after=after)
            expected = [*kept, end.epoch + 1, end.epoch + 2]
            assert await positions_of(socket, len(expected)) == expected
    # Microseconds: an epoch begins beyond every position that can have been given out.
    assert end.epoch > datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1_000_000


async def test_whoever_comes_back_is_told_nothing_that_is_not_in_the_log(
    restorable: RestorableService,
) -> None:
    """The lost changes were remembered, for followers with the same words."""
    service = restorable.service
    async with service.socket(*READER_SCOPES) as one, service.socket(*READER_SCOPES) as other:
        for socket in (one, other):
            await socket.subscribe("a", QUERY, after=KEPT)
        await poll_until(lambda: count_followers(service) == 2)
        await make_orders(service, LOST)
        lost = [await socket.results(LOST) for socket in (one, other)]
        await restorable.put_back()
        assert await one.close_code() == await other.close_code() == 4410
    await make_orders(service, LOST + 2)

    async with service.socket(*READER_SCOPES) as socket:
        await socket.subscribe("a", QUERY, after=KEPT)
        received = await socket.results(LOST + 2)
    data = await service.fetch("{ orders(first: 100) { nodes { trackingId } } }", Scope.ORDERS_READ)
    present = {node["trackingId"] for node in data["orders"]["nodes"]}
    assert len(present) == KEPT + LOST + 2
    assert len(_tracking_ids(received) & present) == LOST + 2
    assert _tracking_ids(lost[0]) & present == set()


def _tracking_ids(results: list[dict[str, Any]]) -> set[str]:
    return {result["data"]["changes"]["order"]["trackingId"] for result in results}


async def test_a_log_that_was_put_back_begins_one_new_epoch(restorable: RestorableService) -> None:
    await restorable.lose()
    await make_orders(restorable.service, 1)
    end = await log_end()
    await poll_until(lambda: restorable.service.feed.end == end)

    assert restorable.service.feed.rewind_count == 1
    assert end == LogEnd(end.epoch + 1, end.epoch)


async def test_a_position_beyond_the_head_is_refused_though_the_feed_had_come_to_it(
    restorable: RestorableService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the feed notices, whoever comes is sent away, and is refused when it comes back."""
    service = restorable.service
    await make_orders(service, LOST)
    await poll_until(lambda: service.feed.position == KEPT + LOST)
    may_look = asyncio.Event()

    async def wait_and_read(after: int, limit: int) -> tuple[LogEnd, list[Change]]:
        await may_look.wait()
        return await read_log(after, limit)

    monkeypatch.setattr(live_feed, "read_log", wait_and_read)
    restorable.databases.restore(restorable.url, restorable.copy)
    async with service.socket(*READER_SCOPES) as socket:
        await socket.subscribe("a", FOLLOW_ALL, after=6)
        assert await socket.close_code() == 4410
    assert service.feed.rewind_count == 0
    may_look.set()
    await poll_until(lambda: service.feed.end.epoch)

    async with service.socket(*READER_SCOPES) as socket:
        await socket.subscribe("a", FOLLOW_ALL, after=6)
        assert (await socket.next())["type"] == "error"


@pytest.fixture
def postgres_only(engine: str) -> None:
    if engine != "postgres":
        pytest.skip("A SQLite file does not know from where it was copied.")


@pytest.mark.usefixtures("postgres_only")
async def test_a_restored_database_gives_no_lost_position_out_before_anybody_notices(
    db: str, databases: Databases, tracker: Tracker, announcements: AnnouncementRecorder
) -> None:
    await make_order(tracker, confirmed=False)
    copy = databases.back_up(db)
    await make_order(tracker, confirmed=False)
    databases.restore(db, copy)

    await make_order(tracker, confirmed=False)
    await make_order(tracker, confirmed=False)

    end = await log_end()
    assert announcements.heads == [1, 2, end.epoch + 1, end.epoch + 2]
    assert end.position == end.epoch + 2


async def test_migrating_changes_no_epoch_unless_it_is_asked_to(
    restorable: RestorableService,
) -> None:
    assert await migrate(restorable.url) == []
    assert await log_end() == LogEnd(position=KEPT, epoch=0)


@pytest.mark.usefixtures("postgres_only")
async def test_followers_are_ended_though_more_was_written_than_was_lost(
    restorable: RestorableService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head alone does not show it then."""
    service = restorable.service
    may_look = asyncio.Event()
    may_look.set()

    async def wait_and_read(after: int, limit: int) -> tuple[LogEnd, list[Change]]:
        await may_look.wait()
        return await read_log(after, limit)

    monkeypatch.setattr(live_feed, "read_log", wait_and_read)
    async with service.socket(*READER_SCOPES) as socket:
        await socket.subscribe("a", FOLLOW_ALL, after=KEPT)
        await make_orders(service, LOST)
        assert await positions_of(socket, LOST) == [4, 5, 6, 7]
        may_look.clear()
        restorable.databases.restore(restorable.url, restorable.copy)
        await make_orders(service, LOST + 2)
        may_look.set()

        assert await socket.close_code() == 4410

    async with service.socket(*READER_SCOPES) as socket:
        await socket.subscribe("a", FOLLOW_ALL, after=KEPT)
        epoch = (await log_end()).epoch
        assert await positions_of(socket, 2) == [epoch + 1, epoch + 2]


async def test_readiness_says_that_lost_positions_are_not_safe_yet(
    restorable: RestorableService,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    attempts: list[int] = []

    async def fail(epoch: int) -> int:
        attempts.append(epoch)
        raise ZeroDivisionError

    monkeypatch.setattr(live_feed, "end_epoch", fail)
    await make_orders(restorable.service, LOST)
    await poll_until(lambda: restorable.service.feed.position == KEPT + LOST)
    restorable.databases.restore(restorable.url, restorable.copy)
    await poll_until(lambda: len(attempts) > 2)

    assert (await restorable.service.http.get("/readyz")).json()["status"] == "degraded"
    failure = "No new epoch of the log could be begun; the feed tries again."
    assert messages_of(caplog.records).count(failure) == 1
    monkeypatch.setattr(live_feed, "end_epoch", end_epoch)
    await poll_until(lambda: restorable.service.feed.end.epoch)
    assert (await restorable.service.http.get("/readyz")).json()["status"] == "ok"
