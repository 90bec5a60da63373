"""Catalogs: the translations of each language, compiled from their .po files at start."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from language.locales import Language
from language.negotiation import accepted_tags, best_code
from language.pseudo_locales import PSEUDO_CODES, AccentedTranslations, MirroredTranslations

MASTER = "en"
"""The language in which messages are written, and the last that is offered to anybody."""
CODES = (MASTER, "de", "fr", "es", "it", "nl", "pl", "pt_BR", "ar")
FORMATS = {MASTER: "en_GB"}
"""English days are written as most countries write them: "Tue 1 Dec", "14:05"."""


class Catalogs:
    """All languages, by their codes."""

    def __init__(self, languages: Sequence[Language]) -> None:
        self._languages = {language.code: language for language in languages}
        self.codes = tuple(code for code in self._languages if code not in PSEUDO_CODES)

    def language(self, code: str) -> Language:
        """Return the language with this code. Raises KeyError if it is not one of ours."""
        return self._languages[code]

    def negotiate(
        self,
        *,
        asked: str | None = None,
        customer_locale: str | None = None,
        accept_language: str | None = None,
        offered: Sequence[str] = (),
    ) -> Language:
        """Return the language for a reader: the first of what follows that can be served.

        These are what the reader `asked` for in the address, the customer's locale, the header of
        the browser, the first of the `offered` codes, and English. `offered` are the brand's
        languages in its order; without any, all are. Pseudo-locales come only when asked for.
        """
        codes = [code for code in offered if code in self.codes] or list(self.codes)
        if asked is not None and (code := best_code(asked, [*codes, *self._pseudo_codes])):
            return self._languages[code]
        tags = [] if customer_locale is None else [customer_locale]
        tags += [] if accept_language is None else accepted_tags(accept_language)
        found = (best_code(tag, codes) for tag in tags)
        default = codes[0] if offered else MASTER
        return self._languages[next((code for code in found if code), default)]

    @property
    def _pseudo_codes(self) -> list[str]:
        return [code for code in self._languages if code in PSEUDO_CODES]


def open_catalogs(*, with_pseudo_locales: bool = False) -> Catalogs:
    """Return all languages, with the pseudo-locales if layout tests want them."""
    languages = [_open(code) for code in CODES]
    return Catalogs([*languages, *(_pseudo_locales() if with_pseudo_locales else ())])


def catalog_file(code: str) -> Traversable:
    """Return the .po file of a language."""
    return files("language") / "locale" / code / "messages.po"


@cache
def _open(code: str) -> Language:
    """Return a language. Reading all of them takes a tenth of a second, so they are read once."""
    with catalog_file(code).open("rb") as file:
        catalog = read_po(file, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Language(code, Translations(compiled), Locale.parse(FORMATS.get(code, code)))


def _pseudo_locales() -> list[Language]:
    english, arabic = Locale.parse(FORMATS[MASTER]), Locale.parse("ar")
    return [
        Language("en_XA", AccentedTranslations(), english, own_name="Accented"),
        Language("ar_XB", MirroredTranslations(), arabic, own_name="Mirrored"),
    ]
