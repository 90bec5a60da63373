"""Signing keys: the public keys with which an identity provider's tokens are verified (JWKS)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from time import monotonic
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from jwt import PyJWK, PyJWTError

from errors import Unavailable

logger = logging.getLogger("whereabouts.access")

ALGORITHMS = frozenset({"RS256", "ES256"})
"""The signatures that are accepted. Each has a public key, so that no key of ours can be mistaken
for one that signs."""
MAXIMUM_KEYS = 100
"""The most keys of a set that are read: providers have two or three."""
MAXIMUM_AGE_SECONDS = 300.0
"""Seconds after which the keys are read again: a withdrawn key is accepted for that long."""
PAUSE_SECONDS = 10.0
"""Seconds between two reads at least: a stranger can invent unknown keys without end."""
WAIT_SECONDS = 6.0
"""Seconds for which a request waits for an unknown key: a read takes at most five."""

UNUSABLE = (PyJWTError, ValueError, TypeError, KeyError, NotImplementedError, UnsupportedAlgorithm)
"""The errors of PyJWT for a key that it does not know or that lacks something: the others count."""


class SigningKeys:
    """The keys of one provider, which are read when they are needed.

    While they cannot be read, those that are known go on to be used.
    """

    def __init__(
        self, read: Callable[[], Awaitable[Any]], clock: Callable[[], float] = monotonic
    ) -> None:
        """`read` returns the key set, or raises Unavailable."""
        self._read, self._clock = read, clock
        self._keys: Mapping[str, PyJWK] = {}
        self._has_failed = False
        self._begun_at: float | None = None
        self._reading: asyncio.Task[None] | None = None

    async def find(self, key_id: str) -> PyJWK | None:
        """Return the key with this id, or None if the provider has none.

        Raises Unavailable if the key is not known while the set cannot be read.
        """
        key = self._keys.get(key_id)
        self._refresh(MAXIMUM_AGE_SECONDS if key is not None else PAUSE_SECONDS)
        if key is not None:
            return key
        if self._reading is not None:
            # The others wait for the same read, so it goes on when one of them leaves.
            await asyncio.wait((self._reading,), timeout=WAIT_SECONDS)
        key = self._keys.get(key_id)
        if key is None and (self._has_failed or self._reading is not None):
            raise Unavailable("The keys of the identity provider cannot be read now.")
        return key

    def _refresh(self, age: float) -> None:
        """Begin to read the set, unless that was begun less than `age` seconds ago."""
        now = self._clock()
        if self._reading is None and (self._begun_at is None or now - self._begun_at >= age):
            self._begun_at = now
            self._reading = asyncio.create_task(self._read_all())

    async def _read_all(self) -> None:
        try:
            keys = dict(_usable(await self._read()))
            if not keys:
                raise Unavailable("there is no key for RS256 or ES256 in it")
            self._keys, self._has_failed = keys, False
        except Unavailable as error:
            self._has_failed = True
            logger.warning(
                "The keys of the identity provider were not read, %d known ones stay: %s",
                len(self._keys),
                error,
            )
        finally:
            self._reading = None


def _usable(document: Any) -> Iterator[tuple[str, PyJWK]]:
    """Yield the keys that can verify a signature of ours, by their ids."""
    members = document.get("keys")
    for data in members[:MAXIMUM_KEYS] if isinstance(members, list) else ():
        key = _key(data)
        if key is not None and key.key_id:
            yield str(key.key_id), key


def _key(data: Any) -> PyJWK | None:
    """Return the key, or None for one of another purpose, a private, short or unknown one."""
    if not isinstance(data, dict) or data.get("use", "sig") != "sig" or "d" in data:
        return None
    try:
        key = PyJWK(data)
    except UNUSABLE:
        return None
    if key.algorithm_name not in ALGORITHMS or key.Algorithm.check_key_length(key.key):
        return None
    return key
