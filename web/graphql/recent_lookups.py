"""Recent look-ups: whoever asks for the same order again learns nothing new, and is not counted.

A page that follows its order asks for it after each change, and others poll. The limit of look-ups
is there against those who try many ids.
"""

from collections.abc import Iterable

from cachetools import TTLCache

REMEMBERED = 20_000
"""Look-ups that are remembered, some 3 MB. One that is forgotten sooner is counted again."""
SECONDS = 3_600
"""How long a look-up is remembered: an order that is followed all day is counted some times."""


class RecentLookups:
    """The orders that each network has looked up lately in this process."""

    def __init__(self) -> None:
        self._seen: TTLCache[tuple[str, str], bool] = TTLCache(REMEMBERED, SECONDS)

    def new_ones(self, network: str, tracking_ids: Iterable[str]) -> set[str]:
        """Return the ids that the network has not looked up lately."""
        return {id_ for id_ in tracking_ids if (network, id_) not in self._seen}

    def remember(self, network: str, tracking_ids: Iterable[str]) -> None:
        """Keep what was looked up and counted."""
        for id_ in tracking_ids:
            self._seen[network, id_] = True
