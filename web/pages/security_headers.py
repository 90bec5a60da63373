"""The security headers of pages: they run and show only what this service serves itself.

The server adds those that are for all answers, such as nosniff.
"""

from collections.abc import Sequence

from web.headers import Header

TRUSTED_TYPES_POLICY = "whereabouts"
"""The only policy by which a script may make elements of text; morph.js has it."""
CLOSED_FEATURES = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
    *(
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "identity-credentials-get",
    ),
    *("idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment"),
    *("picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "usb"),
    *("window-management", "xr-spatial-tracking"),
)
"""Browsers offer these to pages, and ours never use them. (Copying to the clipboard stays.)"""
PERMISSIONS = ", ".join(f"{feature}=()" for feature in CLOSED_FEATURES).encode()
SAME_ORIGIN_REFERRER: Header = (b"referrer-policy", b"same-origin")
"""Other sites learn no address, as with no-referrer. But with that, browsers send `Origin: null`
with a form, by which those that send no Sec-Fetch-Site could not be told from other sites."""
UNLISTED: Header = (b"x-robots-tag", b"noindex, nofollow, noarchive")
"""Addresses hold tracking ids, which no search engine may show."""


def page_headers(*, is_listed: bool = False) -> Sequence[Header]:
    """Return the headers of a page that nobody frames. Search engines show one that is listed."""
    return (
        *_headers("'none'"),
        (b"cross-origin-resource-policy", b"same-origin"),
        *(() if is_listed else (UNLISTED,)),
    )


def frame_headers(origins: Sequence[str]) -> Sequence[Header]:
    """Return the headers of a page that pages of these origins frame; without any, nobody does."""
    return (*_headers(" ".join(origins) or "'none'"), UNLISTED)


def _headers(ancestors: str) -> tuple[Header, ...]:
    return (
        (b"content-security-policy", _policy(ancestors).encode()),
        SAME_ORIGIN_REFERRER,
        (b"permissions-policy", PERMISSIONS),
        # No other window, such as one of a site that a link leads to, has a handle of the page's.
        (b"cross-origin-opener-policy", b"same-origin"),
    )


def _policy(ancestors: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {ancestors}",
            "require-trusted-types-for 'script'",
            f"trusted-types {TRUSTED_TYPES_POLICY}",
        )
    )
