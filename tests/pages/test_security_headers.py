"""The headers of pages: a page does what it was made for, and nothing else."""

from collections.abc import Sequence
from typing import Any

from playwright.async_api import expect

from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors
from web.headers import Header
from web.pages.security_headers import TRUSTED_TYPES_POLICY, frame_headers, page_headers

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types whereabouts"
)
PERMISSIONS = (
    "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(),"
    " encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(),"
    " identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(),"
    " microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(),"
    " screen-wake-lock=(), serial=(), usb=(), window-management=(), xr-spatial-tracking=()"
)
PAGE = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "permissions-policy": PERMISSIONS,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow, noarchive",
}


def texts(headers: Sequence[Header]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in headers}


def test_a_page_has_these_headers() -> None:
    assert texts(page_headers()) == PAGE


def test_search_engines_show_a_page_that_is_listed() -> None:
    without = {name: value for name, value in PAGE.items() if name != "x-robots-tag"}

    assert texts(page_headers(is_listed=True)) == without


def test_a_frame_is_for_pages_of_its_origins_alone() -> None:
    shops = ["https://shop.example", "https://shop.test:8443"]
    framed = POLICY.replace(
        "ancestors 'none'", "ancestors https://shop.example https://shop.test:8443"
    )
    headers = {name: value for name, value in PAGE.items() if "resource" not in name}

    assert texts(frame_headers(shops)) == headers | {"content-security-policy": framed}
    assert texts(frame_headers([])) == headers


async def test_a_page_runs_no_script_of_its_text_and_no_other_text_becomes_elements(
    site: SmallSite, visitors: Visitors
) -> None:
    visitors.permit("This document requires 'Trusted", "violates", "securitypolicyviolation")
    page = await visitors.visit(site.url)
    attempts = """() => {
      const caught = [];
      const attempt = (name, act) => {
        try { act(); } catch (error) { caught.push(`${name}: ${error.name}`); }
      };
      attempt("innerHTML", () => (document.body.innerHTML = "<b>1</b>"));
      attempt("policy", () => trustedTypes.createPolicy("another", {}));
      attempt("twice", () => trustedTypes.createPolicy("POLICY", {}));
      attempt("parser", () => new DOMParser().parseFromString("<b>1</b>", "text/html"));
      const script = document.createElement("script");
      script.append("document.ran = true");
      document.head.append(script);
      return [caught, document.ran ?? false];
    }""".replace("POLICY", TRUSTED_TYPES_POLICY)

    assert await page.evaluate(attempts) == [
        ["innerHTML: TypeError", "policy: TypeError", "twice: TypeError", "parser: TypeError"],
        False,
    ]


async def test_a_form_tells_where_it_comes_from(site: SmallSite, visitors: Visitors) -> None:
    """The origin is there for browsers, and for addresses, that have no Sec-Fetch-Site."""
    page = await visitors.visit(site.url)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("body")).to_have_text("Sent.")

    sent: dict[str, Any] = site.seen_headers
    assert (sent["origin"], sent["sec-fetch-site"]) == (site.url.removesuffix("/"), "same-origin")
