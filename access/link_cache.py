"""A cache of tracking links, so that most requests need no statement to know whether theirs works.

Thousands of customers may follow their orders at once. What their open connections are checked by
is read for all of them together.
"""

from collections.abc import Iterable
from uuid import UUID

from cachetools import LRUCache, TTLCache

from access.key_cache import MAX_AGE_SECONDS
from access.linked_orders import LinkedOrder, read_linked_orders
from access.tracking_links import MESSAGE, LinkClaims, LinkSigner
from access.viewer import Viewer, link_viewer
from errors import Unauthenticated

CAPACITY = 20_000
"""The links that one process uses at once, in some 20 MB. A link beyond them costs a statement for
each request."""
ORDERS_PER_STATEMENT = 500
"""Orders that are read together, in some milliseconds: nobody shall wait for much longer."""


class LinkCache:
    """Finds the viewers of tracking links by their tokens.

    An order is read from the database every few seconds, so that a revoked link works for no longer
    than a revoked API key.
    """

    def __init__(self, signer: LinkSigner) -> None:
        self._signer = signer
        self._claims: LRUCache[str, LinkClaims] = LRUCache(CAPACITY)
        self._orders: TTLCache[UUID, LinkedOrder | None] = TTLCache(CAPACITY, MAX_AGE_SECONDS)

    async def viewer(self, token: str) -> Viewer:
        """Return the viewer of the token.

        Raises Unauthenticated, with the same message whatever is wrong with the token.
        """
        claims = self._read(token)
        try:
            order = self._orders[claims.order_id]
        except KeyError:
            order = await self._read_order(claims.order_id)
        if order is None or order.link_version != claims.version:
            raise Unauthenticated(MESSAGE, reason="LINK_REVOKED")
        viewer = link_viewer(claims.order_id, order.link_expires_at(claims))
        if viewer.has_expired():
            raise Unauthenticated(MESSAGE, reason="LINK_EXPIRED")
        return viewer

    async def refresh(self, tokens: Iterable[str]) -> None:
        """Read the orders of many tokens before their viewers are asked for, one after another."""
        claims = [self._claims[token] for token in tokens if token in self._claims]
        stale = {one.order_id for one in claims if one.order_id not in self._orders}
        ids = list(stale)
        for first in range(0, len(ids), ORDERS_PER_STATEMENT):
            portion = ids[first : first + ORDERS_PER_STATEMENT]
            found = await read_linked_orders(portion)
            for id_ in portion:
                self._orders[id_] = found.get(id_)

    async def _read_order(self, order_id: UUID) -> LinkedOrder | None:
        order = (await read_linked_orders([order_id])).get(order_id)
        self._orders[order_id] = order
        return order

    def _read(self, token: str) -> LinkClaims:
        claims = self._claims.get(token)
        if claims is None:
            claims = self._claims[token] = self._signer.read(token)
        return claims
