"""Pages about what went wrong: they say what to do, and never what is inside the service."""

from collections.abc import Sequence
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from language.messages import PluralMessage, plural_message
from models.tracking_ids import resembles_tracking_id
from portal.layout import PageLayouts
from web.headers import Header
from web.pages.asker import AskFailed, AskFault
from web.pages.replies import page_reply

# Translators: Somebody else of the same network may have looked them up.
TOO_MANY_SECONDS = plural_message(
    "Many orders were looked up from your network. You can try again in %(number)s second.",
    "Many orders were looked up from your network. You can try again in %(number)s seconds.",
)
TOO_MANY_MINUTES = plural_message(
    "Many orders were looked up from your network. You can try again in %(number)s minute.",
    "Many orders were looked up from your network. You can try again in %(number)s minutes.",
)
UNAVAILABLE_SECONDS = plural_message(
    "Nothing is lost. Please try again in %(number)s second.",
    "Nothing is lost. Please try again in %(number)s seconds.",
)
UNAVAILABLE_MINUTES = plural_message(
    "Nothing is lost. Please try again in %(number)s minute.",
    "Nothing is lost. Please try again in %(number)s minutes.",
)
LONGEST_GIVEN = 64
"""Characters of a tracking id that are shown again: more do not fit into its field."""
MOST_SECONDS = 90
"""A wait that is longer is told in minutes."""


class FailurePage(NamedTuple):
    """The template of a page, and the status with which it is sent."""

    template: str
    status: int


UNKNOWN = FailurePage("unknown.html", 404)
WRONG_METHOD = FailurePage("wrong_method.html", 405)
REFUSED = FailurePage("wrong_method.html", 403)
"""A form that no page of ours has sent, or not in this way."""
INTERNAL = FailurePage("internal.html", 500)
TOO_MANY = FailurePage("too_many.html", 429)
UNAVAILABLE = FailurePage("unavailable.html", 503)


class LaterPage(NamedTuple):
    """A page that says when to come back, by the seconds or the minutes that it takes."""

    page: FailurePage
    in_seconds: PluralMessage
    in_minutes: PluralMessage


LATER = {
    AskFault.TOO_MANY: LaterPage(TOO_MANY, TOO_MANY_SECONDS, TOO_MANY_MINUTES),
    AskFault.UNAVAILABLE: LaterPage(UNAVAILABLE, UNAVAILABLE_SECONDS, UNAVAILABLE_MINUTES),
}
"""The failures after which asking again helps."""


class FailurePages:
    """Sends the pages. They ask the API nothing, so they can always be shown."""

    def __init__(
        self,
        layouts: PageLayouts,
        *,
        template: str | None = None,
        headers: Sequence[Header] | None = None,
    ) -> None:
        """With a `template` all of them look alike. `headers` are those of security, if not those
        of a page that nobody frames."""
        self._layouts, self._template, self._headers = layouts, template, headers

    def send(
        self,
        request: Request,
        page: FailurePage,
        headers: Sequence[Header] = (),
        *,
        given: str = "",
        advice: str | None = None,
        seconds: int = 0,
    ) -> Response:
        """Send a page. `given` is the tracking id that was typed; `advice` says when to ask again,
        which is in so many `seconds`."""
        language = self._layouts.language(request)
        address = self._layouts.addresses.page(request)
        values = {"again": address, "advice": advice, "seconds": seconds}
        is_foreign = bool(given) and not resembles_tracking_id(given)
        values |= {"given": given[:LONGEST_GIVEN], "is_foreign": is_foreign, "refused": None}
        template = self._template or page.template
        rendered = self._layouts.render(request, template, language, values, address)
        reply = page_reply(request, rendered, status=page.status, headers=self._headers)
        reply.raw_headers.extend(headers)
        return reply

    def of(self, request: Request, failure: AskFailed) -> Response:
        """Return the page for a question that the API did not answer."""
        later = LATER.get(failure.fault)
        if later is None:
            return self.send(request, INTERNAL)
        language = self._layouts.language(request)
        seconds = failure.retry_after
        if seconds <= MOST_SECONDS:
            advice = language.count(later.in_seconds, seconds)
        else:
            advice = language.count(later.in_minutes, -(-seconds // 60))
        retry = (b"retry-after", str(seconds).encode())
        return self.send(request, later.page, [retry], advice=advice, seconds=seconds)
