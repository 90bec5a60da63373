"""The guard of forms: they come from pages of the service, as the browser says."""

from typing import Any

import pytest

from tests.log_messages import security_events
from web.client_log_lines import ClientWarnings
from web.credentials import CrossSiteRequest
from web.origins import Origins
from web.pages.same_origin import REFUSAL, require_own_form

HOST = ("host", "track.example")
OWN, OTHER = ("origin", "https://track.example"), ("origin", "https://evil.example")


def ask(*headers: tuple[str, str]) -> None:
    """Ask the guard about a form with these headers, at a service that other pages may use."""
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "scheme": "https",
        "client": ("192.0.2.7", 1),
        "headers": [(name.encode(), value.encode()) for name, value in (HOST, *headers)],
    }
    require_own_form(scope, Origins(["https://evil.example"], ClientWarnings()))


@pytest.mark.parametrize(
    "headers",
    [
        [("sec-fetch-site", "same-origin")],
        [("sec-fetch-site", "same-origin"), OWN],
        # A proxy has changed the host, which the browser does not know of.
        [("sec-fetch-site", "same-origin"), ("origin", "https://shop.example")],
        [OWN],
    ],
)
def test_a_form_of_the_service_passes(headers: list[tuple[str, str]]) -> None:
    ask(*headers)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [OTHER],
        [("origin", "null")],
        [("sec-fetch-site", "cross-site"), OTHER],
        [("sec-fetch-site", "same-site"), OWN],
        [("sec-fetch-site", "none"), OWN],
    ],
)
def test_any_other_form_is_refused_and_noted(
    headers: list[tuple[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    """Also one of an origin that may use the API: pages there have their own forms."""
    with pytest.raises(CrossSiteRequest) as refusal:
        ask(*headers)

    assert str(refusal.value) == REFUSAL
    noted = [(one["event"], one["reason"]) for one in security_events(caplog.records)]
    assert noted == [("ORIGIN_REFUSED", "CROSS_SITE")]
