"""Pseudo-locales: the English texts made strange, so that layout tests see what is not translated.

en_XA has accents and is 40 % longer; ar_XB is written from right to left.
"""

import re
from gettext import NullTranslations

PSEUDO_CODES = ("en_XA", "ar_XB")
LONGER = 0.4
"""How much longer than English a text in German, Polish or French may be expected to get."""

_ACCENTED = str.maketrans("aceginouyACDEGINOSUYZldrstz", "åçéĝîñöûýÅÇÐÉĜÎÑÖŠÛÝŽłðŕšţž")
_PLACEHOLDER = re.compile(r"(%\(\w+\)[sd]|%%)")
_RIGHT_TO_LEFT, _END = "\u202e", "\u202c"
"""Characters that reverse what stands between them."""


class AccentedTranslations(NullTranslations):
    """Translations into en_XA."""

    def gettext(self, message: str) -> str:
        return accented(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return accented(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return accented(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return accented(msgid1 if n == 1 else msgid2)


class MirroredTranslations(NullTranslations):
    """Translations into ar_XB."""

    def gettext(self, message: str) -> str:
        return mirrored(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return mirrored(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return mirrored(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return mirrored(msgid1 if n == 1 else msgid2)


def accented(text: str) -> str:
    """Return the text with accents and padding, its placeholders as they are."""
    parts = _PLACEHOLDER.split(text)
    words = "".join(
        part if _PLACEHOLDER.fullmatch(part) else part.translate(_ACCENTED) for part in parts
    )
    return f"[{words}{' one' * _padding(text)}]"


def mirrored(text: str) -> str:
    """Return the text with each word reversed in writing, its placeholders as they are."""
    parts = re.split(r"(%\(\w+\)[sd]|%%|\s+)", text)
    return "".join(
        part
        if not part or part.isspace() or _PLACEHOLDER.fullmatch(part)
        else f"{_RIGHT_TO_LEFT}{part}{_END}"
        for part in parts
    )


def _padding(text: str) -> int:
    """Return how many times four characters make the text longer by LONGER."""
    return max(1, round(len(text) * LONGER / len(" one")))
