"""A stream of changes: every one of a selection, once, in order, none missing."""

from collections.abc import AsyncGenerator

from errors import Invalid
from models.changes import Change
from resolvers.changes import ChangeSelection, changes_after, log_head
from subscriptions.feed import Feed

TURN = 200
"""Changes read from the log at once for one follower: what it may hold of them in memory."""


async def follow(
    feed: Feed, selection: ChangeSelection, after: int | None
) -> AsyncGenerator[Change, None]:
    """The changes after that position, then live; without a position, from now on.

    It listens before it reads, so that what happens in between comes at least once, and drops what
    it has sent. An error of the database ends it; whoever then resumes after the last change
    received has missed nothing.
    """
    with feed.listen(selection) as follower:
        head = await log_head()
        place = _place_to_start(after, head)
        while True:
            while place < head:
                changes = await changes_after(place, selection, TURN)
                for change in changes:
                    place = change.position
                    yield change
                if len(changes) < TURN:
                    place = max(place, head)
            news = await follower.next()
            if news is None:
                place = max(place, follower.complete_to)
                head = await log_head()
            elif news.position > place:
                place = news.position
                yield news


def _place_to_start(after: int | None, head: int) -> int:
    if after is None:
        return head
    if after > head:
        raise Invalid(
            f"There is no position {after} here: the log ends at {head}. Give the position of the "
            "last change that you have from this service, or leave `after` out to begin now.",
            ("after",),
        )
    return after
