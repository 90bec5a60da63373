"""Tracking links: signed tokens, each of which shows one order to whoever holds it.

A token names the order, the version of its links, and how the holder came by it. Nothing is stored
for it: to raise the order's version revokes all its links. It is encrypted as well as signed, so
that it tells nothing to those who only see it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote
from uuid import UUID

from pydantic import SecretStr

from access.secrets import SecretBox, SecretsUnavailable
from errors import Unauthenticated

LINK_PREFIX = "wa_link_"
"""Tells a token from an API key, also to those who search for secrets in files."""
PURPOSE = "tracking links"
LIFE = timedelta(days=30)
"""How long a token works at least. A customer who bookmarks the page comes back within weeks."""
LIFE_AFTER_FINISH = timedelta(days=60)
"""How long a token works after its order has finished: the window for returns, and some more."""
LONGEST_TOKEN = 500
"""The most characters of a text that is looked at: tokens have some 150."""
MESSAGE = "This tracking link is not valid, or not any more. Open the order's tracking page anew."


class LinkOrigin(StrEnum):
    """How the holder of a link came by it."""

    SENT = "sent"
    """The shop sent it to the customer's own address, or staff made it."""
    PROVED = "proved"
    """Somebody who knew the order's id or reference gave its postal code or its e-mail address."""


@dataclass(frozen=True, slots=True)
class LinkClaims:
    """The content of a token. `created_at` (UTC) is exact to the second."""

    order_id: UUID
    version: int
    origin: LinkOrigin
    created_at: datetime


class LinkSigner:
    """Signs tokens with the newest of the service's secret keys, and reads those of all of them."""

    def __init__(self, secrets: SecretBox) -> None:
        self._box = secrets.derived(PURPOSE)

    def sign(self, claims: LinkClaims) -> str:
        """Return the token. Raises SecretsUnavailable without secret keys."""
        created_at = int(claims.created_at.timestamp())
        text = f"{claims.order_id.hex} {claims.version} {claims.origin} {created_at}"
        return LINK_PREFIX + self._box.seal(SecretStr(text)).rstrip("=")

    def require_keys(self) -> None:
        """Raise SecretsUnavailable if there are no keys to sign with."""
        self._box.require_keys()

    def read(self, token: str) -> LinkClaims:
        """Return what a token says that one of the keys has signed. Raises Unauthenticated."""
        if len(token) > LONGEST_TOKEN:
            raise Unauthenticated(MESSAGE, reason="LINK_MALFORMED")
        sealed = token.removeprefix(LINK_PREFIX)
        try:
            text = self._box.unseal(sealed + "=" * (-len(sealed) % 4)).get_secret_value()
        except (SecretsUnavailable, UnicodeError) as error:
            raise Unauthenticated(MESSAGE, reason="LINK_FORGED") from error
        order_id, version, origin, created_at = text.split(" ")
        return LinkClaims(
            UUID(order_id),
            int(version),
            LinkOrigin(origin),
            datetime.fromtimestamp(int(created_at), UTC),
        )


def link_url(public_url: str, tracking_id: str, token: str) -> str:
    """Return the address of the page that a link opens."""
    return f"{public_url}/t/{quote(tracking_id)}?k={token}"
