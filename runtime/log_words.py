"""Words of log lines: no value can end its line, or pass for another word."""

from re import compile as pattern

import orjson

LONGEST_WORD = 100
"""Characters of a word: a client may choose the name of an operation."""
PLAIN = pattern(r"[\w.:/-]+")
"""Words that need no quotes."""


def log_word(value: object) -> str:
    """Return the value as one word of a line, quoted and cut if it has to be."""
    text = str(value)[:LONGEST_WORD]
    if PLAIN.fullmatch(text):
        return text
    return orjson.dumps(text.encode(errors="replace").decode()).decode()
