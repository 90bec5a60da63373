"""Texts: what a table can hold of what people write."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """PostgreSQL takes no NUL, not even to compare with; UTF-8 has no unpaired surrogates."""
    return _UNSTORABLE.search(text) is None
