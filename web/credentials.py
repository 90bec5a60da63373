"""The credentials of a request: its headers, or a session's cookie if no other site is at work.

A browser sends cookies by itself, whoever made it send the request. So a cookie counts only for
pages of the service itself: browsers name the page's origin with each POST and each websocket, and
pages cannot change that header.
"""

from starlette.types import Scope

from access.credentials import Authorization, Credentials
from access.security_events import SecurityEvent, record
from web.headers import Headers
from web.origins import Origins
from web.session_cookie import SESSION, read_cookie

ACTOR_HEADER = b"whereabouts-actor"
LONGEST_ACTOR = 400
"""Bytes of a header that are looked at: four for each character that a name may have, and more."""
CROSS_SITE = (
    "A request by the cookie of a session must come from a page of this service: its header Origin"
    " is missing, or that of another site. Programs send an API key in Authorization instead."
)
OWN_FETCHES = (b"same-origin", b"none")
"""What browsers say of requests by pages of the service, and by a person who types an address."""


class CrossSiteRequest(Exception):
    """Something but a page of the service sent a request that may change something."""


class CredentialsReader:
    """Reads the credentials of requests and of handshakes."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins

    def of_request(self, scope: Scope, headers: Headers) -> Authorization:
        """Return the credentials of a request. Raises CrossSiteRequest."""
        authorization = headers.get(b"authorization")
        if authorization is None and b"cookie" in headers:
            return self._of_cookie(scope, headers)
        return credentials(authorization_of(headers), actor_of(headers))

    def of_handshake(self, scope: Scope, headers: Headers) -> Authorization:
        """Return the credentials of a websocket's handshake: of other sites, no cookie counts."""
        authorization = authorization_of(headers)
        if authorization is None and self._origins.is_own(scope, headers):
            token = read_cookie(SESSION, scope, headers)
            if token is not None:
                return Credentials(session=token)
        return credentials(authorization, actor_of(headers))

    def require_own_page(self, scope: Scope, headers: Headers) -> None:
        """Raise CrossSiteRequest unless a page of the service has sent the request."""
        if not self._origins.is_own(scope, headers):
            record(SecurityEvent.ORIGIN_REFUSED, reason="CROSS_SITE")
            raise CrossSiteRequest(CROSS_SITE)

    def _of_cookie(self, scope: Scope, headers: Headers) -> Authorization:
        token = read_cookie(SESSION, scope, headers)
        if token is None:
            return None
        if scope["method"] == "POST":
            self.require_own_page(scope, headers)
        elif not self._is_own_fetch(scope, headers):
            return None
        return Credentials(session=token)

    def _is_own_fetch(self, scope: Scope, headers: Headers) -> bool:
        """Whether a request that changes nothing may be a page's of the service, or a person's."""
        if b"origin" in headers and not self._origins.is_own(scope, headers):
            return False
        return headers.get(b"sec-fetch-site", b"none") in OWN_FETCHES


def credentials(authorization: str | None, actor: str | None) -> Authorization:
    """Return the credentials of a header `Authorization` and the person for whom its key acts."""
    if actor is None or authorization is None:
        return authorization
    return Credentials(authorization, actor=actor)


def authorization_of(headers: Headers) -> str | None:
    value = headers.get(b"authorization")
    return None if value is None else value.decode("latin-1")


def actor_of(headers: Headers) -> str | None:
    """Return the header `Whereabouts-Actor`, which is read as UTF-8."""
    value = headers.get(ACTOR_HEADER)
    return None if value is None else value[:LONGEST_ACTOR].decode(errors="replace").strip()
