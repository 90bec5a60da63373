"""Signed tokens for tests, and an authenticator that knows them."""

from datetime import UTC, datetime, timedelta

from access.authentication import Authenticator
from access.secrets import SecretBox, new_secret_key
from access.tracking_links import LinkClaims, LinkOrigin, LinkSigner
from models.orders import Order

SECRETS = SecretBox([new_secret_key()])
SIGNER = LinkSigner(SECRETS)


def authenticator() -> Authenticator:
    return Authenticator(link_secrets=SECRETS)


def claims_of(order: Order, version: int = 0, **ago: float) -> LinkClaims:
    """What a token of the order says that was made so long ago."""
    created_at = datetime.now(UTC).replace(microsecond=0) - timedelta(**ago)
    return LinkClaims(order.id, version, LinkOrigin.PROVED, created_at)


def header_of(order: Order, version: int = 0, **ago: float) -> str:
    """The value of `Authorization` with a token of the order."""
    return f"Bearer {SIGNER.sign(claims_of(order, version, **ago))}"
