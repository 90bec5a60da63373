"""The live feed: one task per process reads the log, once for all its listeners."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import NoReturn, Protocol, Self
from uuid import UUID

from database.connections import FEED, LIVE, reading_on
from database.outages import is_outage
from database.retries import with_retries
from models.changes import Change
from resolvers.changes import ChangeSelection, LogEnd, log_end, read_log
from runtime.backoff import Backoff
from runtime.supervised_task import SupervisedTask
from subscriptions.transport import ANYTHING, Transport
from unit_of_work.epochs import end_epoch

logger = logging.getLogger("whereabouts.subscriptions")

POLL_INTERVAL = 1.0
"""Seconds of silence after which the feed polls the log: how late a change may be whose
announcement was lost. One small read each second costs the database nothing."""
BATCH = 500
"""Changes read at once: few round trips to catch up, and no long wait for the first of them."""
READ_TIMEOUT = 15.0
"""Seconds for one read: longer than the database's own limit, whose error says more."""
LISTENERS_PER_TURN = 500
"""Listeners that are served before other tasks run: some milliseconds."""


class Listener(Protocol):
    """Receives the changes of its selection."""

    selection: ChangeSelection

    def receive(self, change: Change) -> None:
        """Take the next change of the selection, without waiting."""

    def require_replay(self) -> None:
        """Take note that changes were left out; the log has them."""

    def end_epoch(self) -> None:
        """Take note that the log was put back, and lacks changes that were received perhaps."""


@dataclass(frozen=True, slots=True)
class Rewind:
    """The log was found to be another one than this process had read."""

    found_at: datetime
    lost: LogEnd
    found: LogEnd
    is_mended: bool = True
    """Whether a new epoch has begun, so that no lost position is given out again. The feed tries
    it at each look until it has."""


class Feed:
    """Dispatches each change of the log, in order, to the listeners of this process."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._end = LogEnd()
        self._rewind: Rewind | None = None
        self.rewind_count = 0
        """How often the log was found put back to an earlier state."""
        self.erasure_count = 0
        """How many changes were dispatched by which personal data was erased."""
        self._by_order: dict[UUID, set[Listener]] = {}
        self._by_any: set[Listener] = set()
        self._outage = Backoff("Reading the change log", longest_delay=POLL_INTERVAL)
        self._reader = SupervisedTask("The feed", self._run)
        self._head_task: asyncio.Task[LogEnd] | None = None
        self._head_lock = asyncio.Lock()

    @property
    def position(self) -> int:
        """All changes up to this one were dispatched, or are being dispatched."""
        return self._end.position

    @property
    def end(self) -> LogEnd:
        """The position, and the epoch in which the feed reads the log."""
        return self._end

    @property
    def is_running(self) -> bool:
        return self._reader.is_running

    @property
    def is_reading(self) -> bool:
        """Whether the feed runs, the database answers it, and its log is in order."""
        is_in_order = self._rewind is None or self._rewind.is_mended
        return self.is_running and not self._outage.is_failing and is_in_order

    def describe_rewind(self) -> dict[str, object]:
        """Return when the log was last found put back, and the positions; empty if it never was."""
        if self._rewind is None:
            return {}
        rewind = self._rewind
        positions = {"from": rewind.lost.position, "to": rewind.found.position}
        return {"rewound": {"at": rewind.found_at.isoformat(), **positions}}

    async def start(self) -> None:
        """Start to follow the log, from its present end."""
        # Both are opened here, where nothing is cancelled: if the opening of SQLite's one
        # connection is cancelled, Tortoise keeps it locked for ever.
        for connection in (LIVE, FEED):
            with reading_on(connection):
                self._end = await log_end()
        await self._transport.connect()
        self._reader.start()

    async def stop(self) -> None:
        await self._reader.stop()
        await self._transport.disconnect()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def announce(self, position: int) -> None:
        """Tell all processes that the log has grown to `position`; call it right after the commit.

        It never waits and never fails.
        """
        self._transport.announce(position)

    def add(self, listener: Listener) -> None:
        """Dispatch every change of its selection after `position` to the listener."""
        if listener.selection.order_ids is None:
            self._by_any.add(listener)
            return
        for order_id in listener.selection.order_ids:
            self._by_order.setdefault(order_id, set()).add(listener)

    def remove(self, listener: Listener) -> None:
        self._by_any.discard(listener)
        for order_id in listener.selection.order_ids or ():
            listeners = self._by_order[order_id]
            listeners.remove(listener)
            if not listeners:
                del self._by_order[order_id]

    def _listeners(self) -> set[Listener]:
        return self._by_any.union(*self._by_order.values())

    def _require_replay_of_all(self) -> None:
        for listener in self._listeners():
            listener.require_replay()

    async def head(self) -> LogEnd:
        """Return the present end of the log: one read for all calls before it begins."""
        if self._head_task is None:
            self._head_task = asyncio.create_task(self._read_head(), name="head")
            # An exception counts as retrieved even if all callers were cancelled.
            self._head_task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._head_task)

    async def _read_head(self) -> LogEnd:
        async with self._head_lock:
            self._head_task = None
            with reading_on(LIVE):
                return await log_end()

    async def _run(self) -> NoReturn:
        # If it broke off before, some listeners may not have received what others did.
        self._require_replay_of_all()
        while True:
            end, changes = await self._outage.retry_until_available(self._read, is_outage)
            if end.shows_rewind_since(self._end):
                await self._start_anew(end)
                continue
            await self._dispatch(changes)
            if self._rewind is not None and not self._rewind.is_mended:
                await self._begin_epoch(self._rewind)
            if len(changes) < BATCH:
                await self._wait_for_growth()

    async def _read(self) -> tuple[LogEnd, list[Change]]:
        with reading_on(FEED):
            async with asyncio.timeout(READ_TIMEOUT):
                return await read_log(self._end.position, BATCH)

    async def _start_anew(self, end: LogEnd) -> None:
        """Forget the log as it was, end all that follow it, and go on from its present end."""
        lost, self._end = self._end, end
        self._rewind = Rewind(datetime.now(UTC), lost, end)
        self.rewind_count += 1
        logger.error(
            "The log was put back: this process had read it to position %s, and it is at %s now,"
            " in the epoch that began at %s. All who follow it are ended and come back.",
            *(lost.position, end.position, end.epoch),
        )
        for listener in self._listeners():
            listener.end_epoch()
        if end.epoch == lost.epoch:
            await self._begin_epoch(self._rewind)

    async def _begin_epoch(self, rewind: Rewind) -> None:
        """Keep the lost positions from being given out again."""
        try:
            epoch = await with_retries(lambda: end_epoch(rewind.found.epoch))
        except Exception:
            if rewind.is_mended:
                logger.exception("No new epoch of the log could be begun; the feed tries again.")
        else:
            # What was written meanwhile is still to be dispatched, so the position stays.
            self._end = LogEnd(self._end.position, epoch)
        self._rewind = replace(rewind, is_mended=self._end.epoch != rewind.lost.epoch)

    async def _dispatch(self, changes: Sequence[Change]) -> None:
        """Dispatch what was read together in one go, so that listeners can send it together."""
        calls = 0
        for change in changes:
            # Comes first: a listener that is added meanwhile reads earlier changes from the log.
            self._end = LogEnd(change.position, self._end.epoch)
            self.erasure_count += change.is_erasure
            for listener in (*self._by_order.get(change.order_id, ()), *self._by_any):
                if listener.selection.admits(change):
                    listener.receive(change)
                calls += 1
                if calls % LISTENERS_PER_TURN == 0:
                    await asyncio.sleep(0)

    async def _wait_for_growth(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_INTERVAL):
                while not self._is_newer((await self._transport.next_published()).message):
                    pass

    def _is_newer(self, message: str) -> bool:
        """Whether there is more to read: this process's own announcements come back from Redis."""
        return message == ANYTHING or int(message) > self._end.position
