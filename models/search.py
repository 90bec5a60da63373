"""Search: the normalised form in which texts are stored and searched."""

import unicodedata


def searchable(text: str) -> str:
    """Return the text without differences of case or of composed accents, in any script.

    Databases fold case by rules of their own, most of them for ASCII only. So it is done here, and
    the result is stored beside the text.
    """
    return unicodedata.normalize("NFC", text.casefold())


def optionally_searchable(text: str | None) -> str | None:
    return None if text is None else searchable(text)
