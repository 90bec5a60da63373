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
"""The message that says: something may have happened, nobody knows what."""
LONGEST_NUMBER = 19
"""Digits: as many as the log's positions can have. Of longer messages only so much is looked at."""
ANSWER_TIMEOUT = 2.0
"""How long Redis may take for one answer; it needs a millisecond, and nobody waits for it here."""
PING_AFTER = 3.0
"""A silence after which Redis is asked whether it is still there, and then the time it has to
answer. A hung Redis is noticed after twice this; until then the feed looks by itself."""
SEND_ATTEMPTS = 3
"""How often one number is sent. A lost one is made up for by the next, or by the feed's look."""
CLOSE_TIMEOUT = 0.4
"""For the works to end, and again for the connections to close: within a second together."""


def open_transport(url: str) -> "Transport":
    """The transport for `memory://`, `redis://` or `rediss://`; it does not connect yet."""
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return Transport(url)
    if scheme in ("redis", "rediss"):
        return RedisTransport(url)
    raise ValueError("The broadcast URL must begin with memory://, redis:// or rediss://")


class Transport(BroadcastBackend):
    """Within one process: what is announced here is heard here.

    Only the newest number is kept, so its memory is bounded, whatever comes.
    """

    def __init__(self, url: str) -> None:
        self._heard = asyncio.Event()
        self._newest = 0
        self._is_unsure = False
        self._is_connected = False

    @property
    def is_connected(self) -> bool:
        """Whether what others announce is heard at once."""
        return self._is_connected

    async def connect(self) -> None:
        self._is_connected = True

    async def disconnect(self) -> None:
        self._is_connected = False

    async def subscribe(self, group: str) -> None:
        """Nothing to do: there is one channel, and it is always heard."""

    async def unsubscribe(self, group: str) -> None:
        """Nothing to do."""

    def announce(self, position: int) -> None:
        """Say that the log has grown to there. It never waits and never fails."""
        self._hear(str(position))

    async def publish(self, channel: str, message: Any) -> None:
        self.announce(int(message))

    async def next_published(self) -> Event:
        """The newest number since the last call, or `ANYTHING`; older ones are left out."""
        await self._heard.wait()
        self._heard.clear()
        message = ANYTHING if self._is_unsure else str(self._newest)
        self._newest, self._is_unsure = 0, False
        return Event(CHANNEL, message)

    def _hear(self, message: str) -> None:
        # Whatever may be sent on the channel: what is not a short number says nothing.
        if message.isdecimal() and len(message) <= LONGEST_NUMBER:
            self._newest = max(self._newest, int(message))
        else:
            self._is_unsure = True
        self._heard.set()


class RedisTransport(Transport):
    """Between processes: two works, one that listens and one that sends, as long as it takes.

    Nothing waits for Redis: while it is away, numbers are lost, and others look by themselves.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._redis = _open_redis(url)
        self._outgoing = 0
        self._is_due = asyncio.Event()
        self._works = (
            SupervisedTask("Listening to Redis", self._keep_listening, stop_timeout=CLOSE_TIMEOUT),
            SupervisedTask("Sending to Redis", self._keep_sending, stop_timeout=CLOSE_TIMEOUT),
        )

    async def connect(self) -> None:
        for work in self._works:
            work.start()

    async def disconnect(self) -> None:
        await asyncio.gather(*[work.stop() for work in self._works])
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
            self._hear(ANYTHING)
            await self._pass_on(pubsub)
        finally:
            self._is_connected = False
            await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _pass_on(self, pubsub: PubSub) -> NoReturn:
        is_asked = False
        while True:
            message = await _next_message(pubsub, PING_AFTER)
            if message is not None:
                is_asked = False
                if message[0] == "message":
                    self._hear(message[1])
            elif is_asked:
                raise TimeoutError("Redis did not answer a ping")
            else:
                is_asked = True
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
    """A client without retries of its own: every lost connection must be seen."""
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
    """The kind and the content of what Redis says next, None if it says nothing in time."""
    message = await pubsub.get_message(timeout=within)
    if message is None:
        return None
    data = message["data"]
    if isinstance(data, bytes):
        data = data[: LONGEST_NUMBER + 1].decode(errors="replace")
    return message["type"], str(data)
