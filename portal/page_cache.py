"""Recent pages of orders: when many people look at one order, its page is rendered once.

A page holds for the minute in which it was rendered, because it says what time it is and what is
left of the day, and as long as the order does not change.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime

from cachetools import LRUCache, TTLCache

from web.pages.templates import RenderedPage

CACHED_ORDERS = 300
"""Orders whose pages are kept: with 35 KB for each page, plain and compressed, in one or two
languages some 20 MB, and 85 MB if strangers who know 300 ids ask for all that there is."""
PAGES_OF_ORDER = 8
"""Pages that are kept for one order: each language is another page, and so are the customer's and
a frame's. The one that was not shown for longest gives way, so that odd ones cannot fill them."""
SECONDS = 60
"""How long pages are kept: after their minute they are of no use, and those of customers have
addresses in them, which must not stay behind when they are erased."""


@dataclass(slots=True)
class _RecentPages:
    """The pages of one order, as it was at a sequence and in a minute."""

    sequence: int
    minute: datetime
    pages: LRUCache[Hashable, RenderedPage] = field(
        default_factory=lambda: LRUCache(PAGES_OF_ORDER)
    )


class PageCache:
    """Pages by their order and by what else they depend on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._orders: TTLCache[str, _RecentPages] = TTLCache(CACHED_ORDERS, SECONDS, clock)

    def knows(self, tracking_id: str, minute: datetime) -> bool:
        """Return whether there may be a page of the order for this minute."""
        recent = self._orders.get(tracking_id)
        return recent is not None and recent.minute == minute

    def find(
        self, tracking_id: str, minute: datetime, sequence: int, variant: Hashable
    ) -> RenderedPage | None:
        """Return the page of this variant, None if it must be rendered."""
        recent = self._orders.get(tracking_id)
        if recent is None or (recent.sequence, recent.minute) != (sequence, minute):
            return None
        return recent.pages.get(variant)

    def keep(
        self,
        tracking_id: str,
        minute: datetime,
        sequence: int,
        variant: Hashable,
        page: RenderedPage,
    ) -> None:
        """Keep a page, in the place of those that show the order as it was before."""
        recent = self._orders.get(tracking_id)
        if recent is None or (recent.sequence, recent.minute) != (sequence, minute):
            recent = self._orders[tracking_id] = _RecentPages(sequence, minute)
        recent.pages[variant] = page
