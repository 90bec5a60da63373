"""Search: texts in the form in which parts of them are looked for."""

import unicodedata


def searchable(text: str) -> str:
    """Its case apart, in any script, and however its accents are put together.

    Databases fold by their own rules, most only ASCII; so it is done here, and kept beside what
    was given.
    """
    return unicodedata.normalize("NFC", text.casefold())


def optionally_searchable(text: str | None) -> str | None:
    return None if text is None else searchable(text)
