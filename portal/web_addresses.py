"""Addresses from others, of which only those of web pages may become links."""

from urllib.parse import urlsplit


def web_address(url: str | None) -> str | None:
    """Return the address if it is one of the web, else None: others may be programs to run."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
