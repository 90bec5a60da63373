"""Security headers: what browsers must not do with our answers, said in every one of them."""

from collections.abc import Sequence

from starlette.types import Message, Send

from web.headers import Header

POLICY = b"content-security-policy"
NOTHING_LOADED: Header = (POLICY, b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
"""Answers are data: opened as a page they load nothing, and no page frames them."""
ALWAYS: Sequence[Header] = (
    # Browsers must not take JSON, with texts that strangers wrote, for a page.
    (b"x-content-type-options", b"nosniff"),
    # Addresses may hold tracking ids, which are told to nobody.
    (b"referrer-policy", b"no-referrer"),
    NOTHING_LOADED,
)


class SecurityHeaders:
    """Adds the headers to responses that do not have headers of these names themselves."""

    def __init__(self, hsts_seconds: int = 0) -> None:
        """For `hsts_seconds`, if there are any, browsers come back by HTTPS only."""
        hsts = (b"strict-transport-security", b"max-age=%d; includeSubDomains" % hsts_seconds)
        self._headers = (*ALWAYS, hsts) if hsts_seconds else ALWAYS

    def missing_in(self, headers: Sequence[Header]) -> Sequence[Header]:
        """Return the headers to add to these, which the caller may not change."""
        names = [name for name, _ in headers]
        return [header for header in self._headers if header[0] not in names]

    def added(self, send: Send) -> Send:
        """Return a `send` that adds the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message["headers"]
                message["headers"] = [*given, *self.missing_in(given)]
            await send(message)

        return send_with_headers
