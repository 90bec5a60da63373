"""The guard of forms: what changes something comes from a page of this service."""

from starlette.datastructures import Headers
from starlette.types import Scope

from access.security_events import SecurityEvent, record
from web.clients import client_address
from web.credentials import CrossSiteRequest
from web.origins import Origins

REFUSAL = "This form was not sent by a page of this service, so it was refused."


def require_own_form(scope: Scope, origins: Origins) -> None:
    """Raise CrossSiteRequest unless a page of the service itself sent the request.

    Browsers say so in Sec-Fetch-Site, which no page can change. To addresses without https and by
    old browsers it is not sent: then the origin of the page must be the host that was asked.
    """
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    is_own = site == "same-origin" if site else origins.is_own(scope, dict(scope["headers"]))
    if not is_own:
        record(SecurityEvent.ORIGIN_REFUSED, address=client_address(scope), reason="CROSS_SITE")
        raise CrossSiteRequest(REFUSAL)
