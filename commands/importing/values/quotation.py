"""Quotation: a value as a message shows it."""

LONGEST_QUOTED = 40


def quoted(value: object) -> str:
    """Return the value for a message, shortened."""
    text = repr(value)
    return text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}..."
