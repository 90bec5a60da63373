"""Origins: which browser pages may use the service, and what the others are told."""

from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers
from starlette.types import Scope
from strawberry.http.websocket_origin import (
    is_same_origin,
    normalize_allowed_origins,
    normalize_origin,
)

from access.security_events import SecurityEvent, record
from web.client_log_lines import ClientWarnings, bounded
from web.clients import client_address

REFUSAL = (
    "A page of %s may not use the service at %s. Add its origin to WHEREABOUTS_ALLOWED_ORIGINS. If"
    " it is a page of the service itself, which a proxy passes on, name the proxy in"
    " WHEREABOUTS_TRUSTED_PROXIES and let it send X-Forwarded-For and X-Forwarded-Host."
)


class Origins:
    """The origins whose pages may read answers and open websockets.

    Only browsers send an origin; other clients act with no rights but their own.
    """

    def __init__(self, allowed: Sequence[str], warnings: ClientWarnings) -> None:
        self.allowed = tuple(allowed)
        self._normalized = normalize_allowed_origins(allowed)
        self._warnings = warnings

    def is_own(self, scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
        """Return whether a page of the service itself sent the request, as its origin says."""
        origin = headers.get(b"origin")
        host = asked_host(scope, Headers(scope=scope))
        return origin is not None and is_same_origin(origin.decode("latin-1"), host)

    def refusal(self, scope: Scope) -> str | None:
        """Return None if the page may go on, or else what to say, which is also logged."""
        headers = Headers(scope=scope)
        origin, host = headers.get("origin"), asked_host(scope, headers)
        if origin is None or is_same_origin(origin, host):
            return None
        if normalize_origin(origin) in self._normalized:
            return None
        record(SecurityEvent.ORIGIN_REFUSED, address=client_address(scope))
        shown = bounded(origin) or "no origin", bounded(host or "") or "no host"
        self._warnings.warn(REFUSAL, *shown)
        return REFUSAL % shown


def asked_host(scope: Scope, headers: Headers) -> str | None:
    """Return the host that the browser asked, as it wrote it; a trusted proxy may tell it.

    uvicorn takes the client's address out of X-Forwarded-For only if it trusts the proxy. Other
    clients may pretend that, but not browsers: their pages cannot choose these headers.
    """
    client = client_address(scope)
    if client and client in headers.get("x-forwarded-for", ""):
        forwarded = headers.get("x-forwarded-host", "").partition(",")[0].strip()
        if forwarded:
            return forwarded
    return headers.get("host")
