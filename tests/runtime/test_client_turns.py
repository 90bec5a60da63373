"""Each client may have a number of turns at once; its other work waits."""

import asyncio

import pytest

from errors import TooManyRequests
from runtime import client_turns
from runtime.client_turns import QUICK_SECONDS, ClientTurns


@pytest.fixture
def limits() -> ClientTurns:
    return ClientTurns(at_once=2, maximum_waiting=2, refusal="too many")


async def test_a_client_has_its_turns_whatever_others_have(limits):
    one, other = limits.of("one"), limits.of("other")

    assert [one.take(), one.take(), one.take()] == [True, True, False]
    assert other.take()
    one.give_back(1.0)
    assert one.take()


async def test_waiting_work_is_served_in_order(limits):
    turns, served = limits.of("one"), list[int]()
    turns.take()
    turns.take()

    async def wait(number: int) -> None:
        await turns.wait()
        served.append(number)

    waiting = [asyncio.ensure_future(wait(number)) for number in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyRequests, match="too many"):
        await turns.wait()
    for _ in range(2):
        turns.give_back(1.0)
    await asyncio.gather(*waiting)

    assert served == [0, 1]
    assert not turns.take()


@pytest.mark.parametrize("is_served", [False, True])
async def test_work_that_was_cancelled_keeps_no_turn(limits, is_served):
    turns = limits.of("one")
    turns.take()
    turns.take()
    waiting = asyncio.ensure_future(turns.wait())
    await asyncio.sleep(0)

    if is_served:
        turns.give_back(1.0)
    waiting.cancel()
    await asyncio.wait([waiting])
    if not is_served:
        turns.give_back(1.0)

    assert waiting.cancelled()
    assert turns.take()
    assert not turns.take()


async def test_a_client_whose_work_is_quick_may_have_twice_as_much(limits):
    turns = limits.of("one")
    turns.take()
    turns.give_back(QUICK_SECONDS)
    assert [turns.take() for _ in range(5)] == [True, True, True, True, False]

    turns.give_back(2 * QUICK_SECONDS)
    assert not turns.take()
    turns.give_back(2 * QUICK_SECONDS)
    assert not turns.take()
    turns.give_back(2 * QUICK_SECONDS)
    assert turns.take()


def test_idle_clients_are_dropped(limits, monkeypatch):
    monkeypatch.setattr(client_turns, "REMEMBERED_CLIENTS", 3)
    busy = limits.of("busy")
    busy.take()

    for number in range(10):
        limits.of(number)

    assert limits.of("busy") is busy
    assert len(limits._clients) <= 3
