"""Visitors who open orders by links and proofs, and the links that staff makes and revokes."""

from dataclasses import dataclass
from typing import Any

import httpx2

from access.scopes import Scope
from access.secrets import new_secret_key
from config import Settings
from models.orders import Order
from tests.live_server import RunningService, build_settings

KEY = new_secret_key().get_secret_value()
CREATE = "mutation($id: ID!) { trackingLinkCreate(trackingId: $id) { token } }"
REVOKE = """mutation($id: ID!) {
  trackingLinksRevoke(trackingId: $id, reason: "Lost") { userErrors { code } }
}"""
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form of the service's own page."""
UNKNOWN_ID = "WA-0000-0000-0000-0000-0"


def build_link_settings(database_url: str, broadcast_url: str, **values: str) -> Settings:
    """The settings of a service that can sign links."""
    return build_settings(database_url, broadcast_url, WHEREABOUTS_SECRET_KEYS=KEY, **values)


async def mailed_link(service: RunningService, order: Order) -> str:
    """The token of a link that the shop sends to its customer."""
    created = await service.fetch(CREATE, Scope.ORDERS_READ, id=order.tracking_id)
    token: str = created["trackingLinkCreate"]["token"]
    return token


async def revoke_links(service: RunningService, order: Order) -> None:
    revoked = await service.fetch(REVOKE, Scope.ORDERS_WRITE, id=order.tracking_id)
    assert revoked["trackingLinksRevoke"]["userErrors"] == []


@dataclass
class Visit:
    """A browser without a memory, as every test says itself which cookie it has."""

    service: RunningService
    headers: dict[str, str]

    async def get(self, path: str, *, link: str | None = None, **headers: str) -> httpx2.Response:
        return await self._send("GET", path, link, headers)

    async def head(self, path: str, *, link: str | None = None, **headers: str) -> httpx2.Response:
        return await self._send("HEAD", path, link, headers)

    async def send_form(
        self, path: str, form: dict[str, str], *, link: str | None = None, **headers: str
    ) -> httpx2.Response:
        return await self._send("POST", path, link, {**OWN_PAGE, **headers}, data=form)

    async def _send(
        self, method: str, path: str, link: str | None, headers: dict[str, str], **more: Any
    ) -> httpx2.Response:
        cookies = {} if link is None else {"Cookie": f"wa_link={link}"}
        self.service.http.cookies.clear()
        return await self.service.http.request(
            method,
            path,
            headers={**self.headers, **cookies, **headers},
            follow_redirects=False,
            **more,
        )


def visit(service: RunningService, **headers: str) -> Visit:
    """A visitor whose browser sends these headers with everything."""
    return Visit(service, headers)


def kept_token(reply: httpx2.Response) -> str:
    """The token in the cookie that a reply sets."""
    (cookie,) = reply.headers.get_list("set-cookie")
    name, _, value = cookie.partition(";")[0].partition("=")
    assert name == "wa_link"
    return value
