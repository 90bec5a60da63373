"""The transport: carries one number, "the log has grown to here", between processes."""

import asyncio
from contextlib import suppress
from typing import Any, NoReturn
from urllib.parse import urlsplit

from broadcaster import Event
from broadcaster._backends.base import BroadcastBackend
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from runtime.backoff import Backoff
from runtime.supervised_task import SupervisedTask

CHANNEL = "whereabouts:log"
ANYTHING = ""
"""The message after which the log may have grown to an unknown position."""
LONGEST_NUMBER = 19
"""The most digits of a position of the log. Longer messages are cut before they are read."""
ANSWER_TIMEOUT = 2.0
"""Seconds that Redis may take for one answer; it needs a millisecond, and no request waits."""
PING_AFTER = 3.0
"""Seconds of silence after which Redis is pinged, and then the seconds that it has to answer. A
hung Redis is noticed after twice this; until then the feed polls the log."""
SEND_ATTEMPTS = 3
"""Attempts to send one number. The next one makes up for a lost one, or the feed's poll."""
CLOSE_TIMEOUT = 0.4
"""Seconds for the tasks to end, and again for the connections to close: together within one."""


def open_transport(url: str) -> "Transport":
    """Return the transport for `memory://`, `redis://` or `rediss://`; it does not connect yet.

    Raises ValueError for other URLs.
    """
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return Transport(url)
    if scheme in ("redis", "rediss"):
        return RedisTransport(url)
    raise ValueError("The broadcast URL must begin with memory://, redis:// or rediss://")


class Transport(BroadcastBackend):
    """Carries numbers within one process.

    Only the newest number is kept, so its memory is bounded, whatever comes.
    """

    def __init__(self, url: str) -> None:
        self._has_message = asyncio.Event()
        self._newest = 0
        self._is_unknown = False
        self._is_connected = False

    @property
    def is_connected(self) -> bool:
        """Whether announcements of other processes arrive at once."""
        return self._is_connected

    async def connect(self) -> None:
        self._is_connected = True

    async def disconnect(self) -> None:
        self._is_connected = False

    async def subscribe(self, group: str) -> None:
        """Do nothing: there is one channel, and its messages are always received."""

    async def unsubscribe(self, group: str) -> None:
        """Do nothing."""

    def announce(self, position: int) -> None:
        """Announce that the log has grown to `position`. It never waits and never fails."""
        self._receive(str(position))

    async def publish(self, channel: str, message: Any) -> None:
        self.announce(int(message))

    async def next_published(self) -> Event:
        """Return the newest number since the last call, or `ANYTHING`; older ones are left out."""
        await self._has_message.wait()
        self._has_message.clear()
        message = ANYTHING if self._is_unknown else str(self._newest)
        self._newest, self._is_unknown = 0, False
        return Event(CHANNEL, message)

    def _receive(self, message: str) -> None:
        # Anybody may send on the channel: a message that is not a short number has no meaning.
        if message.isdecimal() and len(message) <= LONGEST_NUMBER:
            self._newest = max(self._newest, int(message))
        else:
            self._is_unknown = True
        self._has_message.set()


class RedisTransport(Transport):
    """Carries numbers between processes, with one task that listens and one that sends.

    Nothing waits for Redis: while it is away, numbers are lost, and the feeds poll the log.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._redis = _open_redis(url)
        self._outgoing = 0
        self._is_due = asyncio.Event()
        self._tasks = (
            SupervisedTask("Listening to Redis", self._keep_listening, stop_timeout=CLOSE_TIMEOUT),
            SupervisedTask("Sending to Redis", self._keep_sending, stop_timeout=CLOSE_TIMEOUT),
        )

    async def connect(self) -> None:
        for task in self._tasks:
            task.start()

    async def disconnect(self) -> None:
        await asyncio.gather(*[task.stop() for task in self._tasks])
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._redis.aclose()

    def announce(self, position: int) -> None:
        super().announce(position)
        self._outgoing = max(self._outgoing, position)
        self._is_due.set()

    async def _keep_listening(self) -> NoReturn:
        outage = Backoff("Listening to Redis")
        while True:
            try:
                await self._listen(outage)
            except Exception as error:
                await asyncio.sleep(outage.add_failure(error))

    async def _listen(self, outage: Backoff) -> NoReturn:
        pubsub = self._redis.pubsub()
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                await pubsub.subscribe(CHANNEL)
                while await _next_message(pubsub, ANSWER_TIMEOUT) != ("subscribe", "1"):
                    pass
            outage.reset()
            self._is_connected = True
            self._receive(ANYTHING)
            await self._receive_all(pubsub)
        finally:
            self._is_connected = False
            await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _receive_all(self, pubsub: PubSub) -> NoReturn:
        is_pinged = False
        while True:
            message = await _next_message(pubsub, PING_AFTER)
            if message is not None:
                is_pinged = False
                if message[0] == "message":
                    self._receive(message[1])
            elif is_pinged:
                raise TimeoutError("Redis did not answer a ping")
            else:
                is_pinged = True
                await pubsub.ping()

    async def _keep_sending(self) -> NoReturn:
        outage = Backoff("Sending to Redis")
        while True:
            await self._is_due.wait()
            for _ in range(SEND_ATTEMPTS):
                try:
                    await self._send()
                except Exception as error:
                    await asyncio.sleep(outage.add_failure(error))
                else:
                    outage.reset()
                    break

    async def _send(self) -> None:
        self._is_due.clear()
        async with asyncio.timeout(ANSWER_TIMEOUT):
            await self._redis.publish(CHANNEL, self._outgoing)


def _open_redis(url: str) -> Redis:
    """Return a client that never retries by itself: every lost connection must be noticed."""
    try:
        redis = Redis.from_url(
            url,
            protocol=2,
            socket_timeout=ANSWER_TIMEOUT,
            socket_connect_timeout=ANSWER_TIMEOUT,
        )
        redis.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    except (TypeError, ValueError):
        # The original error may quote a part of the URL that is the password.
        raise ValueError("The Redis URL, or an option in it, cannot be understood") from None
    return redis


async def _next_message(pubsub: PubSub, within: float) -> tuple[str, str] | None:
    """Return the type and the data of the next message of Redis, or None if none comes in time."""
    message = await pubsub.get_message(timeout=within)
    if message is None:
        return None
    data = message["data"]
    if isinstance(data, bytes):
        data = data[: LONGEST_NUMBER + 1].decode(errors="replace")
    return message["type"], str(data)
