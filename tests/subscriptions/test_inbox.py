"""An inbox keeps deliveries in order up to its size, and says when it has overflowed."""

import asyncio

import pytest

from subscriptions import inbox as inboxes
from subscriptions.inbox import Delivery, Inbox


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inboxes, "INBOX_SIZE", 3)


def delivery(position: int) -> Delivery:
    return Delivery(position, f"{position}")


async def take(inbox: Inbox, count: int) -> list[int | None]:
    """The positions that are in the inbox; None where it says to read the log."""
    async with asyncio.timeout(0):
        deliveries = [await inbox.next() for _ in range(count)]
    return [None if item is None else item.position for item in deliveries]


async def is_empty(inbox: Inbox) -> bool:
    waiting = asyncio.create_task(inbox.next())
    await asyncio.sleep(0)
    is_waiting = not waiting.done()
    waiting.cancel()
    return is_waiting


async def test_deliveries_are_taken_once_in_order():
    inbox = Inbox()
    inbox.give(delivery(1))
    inbox.give(delivery(4), delivery(5))

    assert await take(inbox, 3) == [1, 4, 5]
    assert await is_empty(inbox)


async def test_a_waiting_reader_is_woken_by_a_delivery():
    inbox = Inbox()
    waiting = asyncio.create_task(inbox.next())
    await asyncio.sleep(0)
    inbox.give(delivery(1))
    inbox.give(delivery(2))

    assert await waiting == delivery(1)
    assert await take(inbox, 1) == [2]


async def test_a_waiting_reader_is_woken_when_it_falls_behind():
    inbox = Inbox()
    waiting = asyncio.create_task(inbox.next())
    await asyncio.sleep(0)
    inbox.fall_behind(complete_to=7)

    assert await waiting is None
    assert inbox.complete_to == 7


async def test_a_cancelled_reader_loses_no_delivery():
    inbox = Inbox()
    waiting = asyncio.create_task(inbox.next())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    inbox.give(delivery(1))

    assert await take(inbox, 1) == [1]


async def test_as_many_as_fit_are_kept():
    inbox = Inbox()
    inbox.give(delivery(1))
    inbox.give(delivery(2), delivery(3))

    assert await take(inbox, 3) == [1, 2, 3]


@pytest.mark.parametrize("more", [(4,), (4, 5), (4, 5, 6, 7)])
async def test_an_overflowing_inbox_is_emptied_and_reports_the_last_taken_position(more):
    inbox = Inbox()
    inbox.give(delivery(1))
    assert await take(inbox, 1) == [1]
    inbox.give(delivery(2), delivery(3))
    inbox.give(*map(delivery, (*more, 8, 9)))

    assert await take(inbox, 1) == [None]
    assert inbox.complete_to == 1
    assert await is_empty(inbox)


async def test_an_empty_one_to_which_too_much_comes_at_once_had_all_before_that():
    inbox = Inbox()
    inbox.give(*map(delivery, (5, 6, 7, 8)))

    assert await take(inbox, 1) == [None]
    assert inbox.complete_to == 4


async def test_an_inbox_that_is_behind_takes_nothing_until_its_reader_knows():
    inbox = Inbox()
    inbox.fall_behind(complete_to=3)
    inbox.give(delivery(4))

    assert await take(inbox, 1) == [None]
    inbox.give(delivery(5))
    assert await take(inbox, 1) == [5]


async def test_falling_behind_twice_is_reported_once_and_moves_nothing():
    inbox = Inbox()
    inbox.fall_behind(complete_to=3)
    inbox.fall_behind(complete_to=9)
    inbox.give(*map(delivery, (10, 11, 12, 13)))

    assert await take(inbox, 1) == [None]
    assert inbox.complete_to == 3
    assert await is_empty(inbox)


async def test_a_waiting_delivery_tells_how_far_the_inbox_was_complete():
    inbox = Inbox()
    inbox.give(delivery(6), delivery(8))
    inbox.fall_behind(complete_to=7)

    assert await take(inbox, 1) == [None]
    assert inbox.complete_to == 5


async def test_each_time_of_falling_behind_is_reported():
    inbox = Inbox()
    inbox.fall_behind(complete_to=3)
    assert await take(inbox, 1) == [None]
    inbox.give(delivery(9))
    inbox.fall_behind()

    assert await take(inbox, 1) == [None]
    assert inbox.complete_to == 8
