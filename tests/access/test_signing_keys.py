"""The keys of an identity provider are read when one is unknown, seldom, and survive outages."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from access.signing_keys import (
    MAXIMUM_AGE_SECONDS,
    MAXIMUM_KEYS,
    PAUSE_SECONDS,
    SigningKeys,
)
from errors import Unavailable
from tests.identity_provider import ec_key, public_jwk, rsa_key


@dataclass
class Provider:
    """Publishes keys, and counts how often they are read. The clock stands still."""

    keys: list[Any] = field(default_factory=list)
    is_away: bool = False
    reads: int = 0
    time: float = 1000.0
    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.is_open.set()
        self.signing_keys = SigningKeys(self.read, lambda: self.time)

    async def read(self) -> Any:
        self.reads += 1
        await self.is_open.wait()
        if self.is_away:
            raise Unavailable("away")
        return {"keys": self.keys}

    async def knows(self, key_id: str) -> bool:
        return await self.signing_keys.find(key_id) is not None


async def settle() -> None:
    """Lets a read in the background come to its end."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_set_is_read_when_a_key_is_unknown_but_seldom():
    provider = Provider([public_jwk(rsa_key("first"), "first")])

    assert await provider.knows("first")
    assert not await provider.knows("second")
    assert not await provider.knows("third")
    assert provider.reads == 1

    provider.keys.append(public_jwk(ec_key("second"), "second"))
    provider.time += PAUSE_SECONDS
    assert await provider.knows("second")
    assert await provider.knows("first")
    assert provider.reads == 2


async def test_a_known_key_does_not_wait_while_the_set_is_read_again():
    provider = Provider([public_jwk(rsa_key("first"), "first")])
    assert await provider.knows("first")

    provider.is_open.clear()
    provider.keys = [public_jwk(rsa_key("second"), "second")]
    provider.time += MAXIMUM_AGE_SECONDS
    assert await provider.knows("first")

    provider.is_open.set()
    await settle()
    assert provider.reads == 2
    assert not await provider.knows("first")
    assert await provider.knows("second")


async def test_all_that_wait_for_a_key_wait_for_one_read():
    provider = Provider([public_jwk(rsa_key("first"), "first")])
    provider.is_open.clear()
    waiting = [asyncio.create_task(provider.knows("first")) for _ in range(20)]
    await settle()
    waiting[0].cancel()
    await settle()

    provider.is_open.set()

    assert await asyncio.gather(*waiting[1:]) == [True] * 19
    assert provider.reads == 1


async def test_an_outage_keeps_the_known_keys():
    provider = Provider([public_jwk(rsa_key("first"), "first")])
    assert await provider.knows("first")

    provider.is_away = True
    provider.time += MAXIMUM_AGE_SECONDS
    assert await provider.knows("first")
    await settle()
    assert provider.reads == 2
    assert await provider.knows("first")
    provider.time += PAUSE_SECONDS
    with pytest.raises(Unavailable):
        await provider.knows("second")

    provider.is_away = False
    provider.time += PAUSE_SECONDS
    assert not await provider.knows("second")


async def test_a_set_that_comes_too_late_is_an_outage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("access.signing_keys.WAIT_SECONDS", 0.0)
    provider = Provider([public_jwk(rsa_key("first"), "first")])
    provider.is_open.clear()

    with pytest.raises(Unavailable):
        await provider.knows("first")

    provider.is_open.set()
    await settle()
    assert await provider.knows("first")


@pytest.mark.parametrize("answer", [[], [{}], [1], {"first": 1}, None])
async def test_a_set_without_a_usable_key_is_an_outage(answer: Any):
    provider = Provider([public_jwk(rsa_key("first"), "first")])
    assert await provider.knows("first")

    provider.keys = answer
    provider.time += MAXIMUM_AGE_SECONDS
    assert await provider.knows("first")
    await settle()

    assert await provider.knows("first")


async def test_only_public_keys_that_verify_our_algorithms_are_used():
    good = rsa_key("good")
    others = [
        public_jwk(rsa_key("short", 1024), "short"),
        public_jwk(good, "encrypts", use="enc"),
        public_jwk(good, "other algorithm", alg="RS512"),
        public_jwk(ec.generate_private_key(ec.SECP384R1()), "other curve"),
        {"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "kid": "symmetric"},
        public_jwk(good, "private", d="AQAB"),
        public_jwk(good, "no algorithm", alg="none"),
        {"kty": "oct", "kid": "no secret"},
        {"kty": "RSA", "n": 1, "e": "AQAB", "kid": "broken"},
        public_jwk(good, ""),
    ]
    provider = Provider([*others, public_jwk(good, "good", use="sig", alg="RS256")])

    assert await provider.knows("good")
    for one in others:
        assert not await provider.knows(one["kid"]), one


async def test_no_more_keys_are_read_than_a_provider_has():
    key = rsa_key("first")
    provider = Provider([public_jwk(key, str(number)) for number in range(MAXIMUM_KEYS + 1)])

    assert await provider.knows(str(MAXIMUM_KEYS - 1))
    assert not await provider.knows(str(MAXIMUM_KEYS))
