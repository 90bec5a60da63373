"""Tracking links for the tests of the portal, made and revoked through the API."""

from typing import Any

from access.secrets import new_secret_key
from config import Settings
from tests.live_server import build_settings

KEY = new_secret_key().get_secret_value()
CREATE = """mutation($id: ID!, $code: String) {
  trackingLinkCreate(trackingId: $id, postalCode: $code) { token userErrors { code } }
}"""
REVOKE = """mutation($id: ID!) {
  trackingLinksRevoke(trackingId: $id, reason: "Lost") { userErrors { code } }
}"""


def build_link_settings(database_url: str, broadcast_url: str, **values: Any) -> Settings:
    """The settings of a service that can sign links."""
    return build_settings(database_url, broadcast_url, WHEREABOUTS_SECRET_KEYS=KEY, **values)
