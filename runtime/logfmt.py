"""The values of log lines as logfmt has them: none can end its line, or pass for another value."""

from re import compile as pattern

import orjson

LONGEST_VALUE = 100
"""Characters of a value: a client may choose the name of an operation."""
PLAIN = pattern(r"[\w.:/-]+")
"""Values that need no quotes."""


def logfmt_value(value: object) -> str:
    """Return the value as it stands in a line, quoted and cut if it has to be."""
    text = str(value)[:LONGEST_VALUE]
    if PLAIN.fullmatch(text):
        return text
    return orjson.dumps(text.encode(errors="replace").decode()).decode()
