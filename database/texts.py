"""Texts that the databases can store."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Return whether both databases can store the text.

    PostgreSQL rejects NUL, even in a comparison; UTF-8 cannot encode unpaired surrogates.
    """
    return _UNSTORABLE.search(text) is None
