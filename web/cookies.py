"""Cookies of a request, whose values are taken as they were sent.

Ours have neither quotes nor escapes. Python's own reader resolves these, for which releases before
3.11.10 need half a minute if a stranger sends the longest value.
"""


def cookie_value(header: str, name: str) -> str | None:
    """Return the value of a cookie in a header, None if it is not there.

    The first of several with this name counts, because browsers begin with that of the longest
    path: a cookie that a neighbouring host has planted for all paths does not take its place.
    """
    for part in header.split(";"):
        key, is_pair, value = part.partition("=")
        if is_pair and key.strip() == name:
            return value.strip()
    return None
