"""The replies of the sign-in: redirects, short texts, and the cookies that they set."""

from starlette.types import Receive, Scope, Send

from web.headers import Header

NEVER_STORED: Header = (b"cache-control", b"no-store")
"""Each reply is for one browser alone. The headers of security are added to all responses."""
PLAIN_TEXT = (b"content-type", b"text/plain; charset=utf-8")


class Reply:
    """An ASGI response."""

    def __init__(self, status: int, text: str = "", *headers: Header) -> None:
        self.status, self._body = status, text.encode()
        self.headers = [NEVER_STORED, *headers]
        if text:
            self.headers.append(PLAIN_TEXT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A reply without content has no length either.
        length = [] if self.status == 204 else [(b"content-length", b"%d" % len(self._body))]
        headers = [*self.headers, *length]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self._body})


def redirect(address: str, *headers: Header) -> Reply:
    return Reply(303, "", (b"location", address.encode()), *headers)
