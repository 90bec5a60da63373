"""The creation of tracking links, for whoever proves that an order is theirs, and for staff."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from access.link_proofs import LinkRequest, NamedOrder, ProofCounter, find_order
from access.linked_orders import read_linked_orders
from access.rate_limits import RateLimits
from access.scopes import Scope
from access.secrets import SecretBox
from access.tracking_links import LIFE, LinkClaims, LinkOrigin, LinkSigner, link_url
from access.viewer import Viewer
from errors import NotFound


@dataclass(frozen=True, slots=True)
class TrackingLink:
    """A new link. It works until `expires_at` (UTC), or longer if its order finishes late."""

    token: str = field(repr=False)
    url: str | None = field(repr=False)
    tracking_id: str
    expires_at: datetime


class TrackingLinks:
    """Makes links that lead to the public address of the service, if it is known."""

    def __init__(self, secrets: SecretBox, public_address: str | None, limits: RateLimits) -> None:
        self._signer, self._public_address = LinkSigner(secrets), public_address
        self._proofs = ProofCounter(limits)

    async def create(self, viewer: Viewer, request: LinkRequest, network: str) -> TrackingLink:
        """Return a new link of the order that the request names.

        `network` is the caller's. Raises SecretsUnavailable, Invalid, NotFound, and RateLimited
        after too many wrong proofs.
        """
        is_customer = needs_proof(viewer)
        request.check(needs_proof=is_customer)
        self._signer.require_keys()
        if is_customer:
            order = await self._proofs.require(request, await find_order(request), network)
            return await self._link(order, LinkOrigin.PROVED)
        found = await find_order(request)
        if found is None:
            raise NotFound("No order has this tracking id or reference.")
        return await self._link(found, LinkOrigin.SENT)

    async def _link(self, order: NamedOrder, origin: LinkOrigin) -> TrackingLink:
        now = datetime.now(UTC).replace(microsecond=0)
        claims = LinkClaims(order.id, order.link_version, origin, now)
        token = self._signer.sign(claims)
        linked = (await read_linked_orders([order.id]))[order.id]
        expires_at = linked.link_expires_at(claims) or now + LIFE
        public = self._public_address
        url = None if public is None else link_url(public, order.tracking_id, token)
        return TrackingLink(token, url, order.tracking_id, expires_at)


def needs_proof(viewer: Viewer) -> bool:
    """Return whether the viewer has to prove that an order is theirs.

    Staff need not. A partner must: a link shows more of an order than its own shipments.
    """
    return viewer.is_partner or not viewer.has(Scope.ORDERS_READ)
