"""An queue keeps deliveries in order up to its size, and says when it has overflowed."""

import asyncio

import pytest

from subscriptions import queues
from subscriptions.queues import Delivery, DeliveryQueue


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "QUEUE_SIZE", 3)


def delivery(position: int) -> Delivery:
    return Delivery(position, f"{position}", erasure_count=0)


async def take(queue: DeliveryQueue, count: int) -> list[int | None]:
    """The positions that are in the queue; None where it says to read the log."""
    async with asyncio.timeout(0):
        deliveries = [await queue.next() for _ in range(count)]
    return [None if item is None else item.position for item in deliveries]


async def is_empty(queue: DeliveryQueue) -> bool:
    waiting = asyncio.create_task(queue.next())
    await asyncio.sleep(0)
    is_waiting = not waiting.done()
    waiting.cancel()
    return is_waiting


async def test_deliveries_are_taken_once_in_order():
    queue = DeliveryQueue()
    queue.put(delivery(1))
    queue.put(delivery(4), delivery(5))

    assert await take(queue, 3) == [1, 4, 5]
    assert await is_empty(queue)


async def test_a_waiting_reader_is_woken_by_a_delivery():
    queue = DeliveryQueue()
    waiting = asyncio.create_task(queue.next())
    await asyncio.sleep(0)
    queue.put(delivery(1))
    queue.put(delivery(2))

    assert await waiting == delivery(1)
    assert await take(queue, 1) == [2]


async def test_a_waiting_reader_is_woken_when_it_falls_behind():
    queue = DeliveryQueue()
    waiting = asyncio.create_task(queue.next())
    await asyncio.sleep(0)
    queue.require_replay(complete_to=7)

    assert await waiting is None
    assert queue.complete_to == 7


async def test_a_cancelled_reader_loses_no_delivery():
    queue = DeliveryQueue()
    waiting = asyncio.create_task(queue.next())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    queue.put(delivery(1))

    assert await take(queue, 1) == [1]


async def test_as_many_as_fit_are_kept():
    queue = DeliveryQueue()
    queue.put(delivery(1))
    queue.put(delivery(2), delivery(3))

    assert await take(queue, 3) == [1, 2, 3]


@pytest.mark.parametrize("more", [(4,), (4, 5), (4, 5, 6, 7)])
async def test_an_overflowing_queue_is_emptied_and_reports_the_last_taken_position(more):
    queue = DeliveryQueue()
    queue.put(delivery(1))
    assert await take(queue, 1) == [1]
    queue.put(delivery(2), delivery(3))
    queue.put(*map(delivery, (*more, 8, 9)))

    assert await take(queue, 1) == [None]
    assert queue.complete_to == 1
    assert await is_empty(queue)


async def test_an_empty_one_to_which_too_much_comes_at_once_had_all_before_that():
    queue = DeliveryQueue()
    queue.put(*map(delivery, (5, 6, 7, 8)))

    assert await take(queue, 1) == [None]
    assert queue.complete_to == 4


async def test_a_queue_that_is_behind_takes_nothing_until_its_reader_knows():
    queue = DeliveryQueue()
    queue.require_replay(complete_to=3)
    queue.put(delivery(4))

    assert await take(queue, 1) == [None]
    queue.put(delivery(5))
    assert await take(queue, 1) == [5]


async def test_falling_behind_twice_is_reported_once_and_moves_nothing():
    queue = DeliveryQueue()
    queue.require_replay(complete_to=3)
    queue.require_replay(complete_to=9)
    queue.put(*map(delivery, (10, 11, 12, 13)))

    assert await take(queue, 1) == [None]
    assert queue.complete_to == 3
    assert await is_empty(queue)


async def test_a_waiting_delivery_tells_how_far_the_queue_was_complete():
    queue = DeliveryQueue()
    queue.put(delivery(6), delivery(8))
    queue.require_replay(complete_to=7)

    assert await take(queue, 1) == [None]
    assert queue.complete_to == 5


async def test_each_time_of_falling_behind_is_reported():
    queue = DeliveryQueue()
    queue.require_replay(complete_to=3)
    assert await take(queue, 1) == [None]
    queue.put(delivery(9))
    queue.require_replay()

    assert await take(queue, 1) == [None]
    assert queue.complete_to == 8
