"""Templates: Jinja's pages, compiled once at start for all languages."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from gzip import compress
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from language.locales import Language
from web.pages.assets import Assets

FOLDER = Path(__file__).parent / "templates"
"""The templates that all pages share."""
CACHED_MESSAGES = 10_000
"""Messages of templates in all languages: there are some hundreds in each."""
COMPRESSION = 3
"""The level of zlib: the usual one, 6, makes a page a tenth shorter and takes twice as long."""


class RenderedPage:
    """The HTML of a page, which is compressed once however often it is sent."""

    def __init__(self, html: str, language: Language) -> None:
        self.html = html.encode()
        self.language_tag = language.tag
        self.compressed = compress(self.html, COMPRESSION, mtime=0)


class Templates:
    """The templates of some folders: a name means the file in the first folder that has one.

    A page is written in the language that its values name `language`. A template that another one
    imports needs `with context` to have it, too.
    """

    def __init__(self, folders: Sequence[Path], assets: Assets, **values: object) -> None:
        """Compile all templates, so that a mistake in one shows at start.

        `values` are known to all templates, beside `asset`, the address of an asset by its name.
        """
        self._environment = Environment(
            loader=FileSystemLoader([*folders, FOLDER]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
            # All of them are ours and stay.
            cache_size=-1,
        )
        self._environment.policies["ext.i18n.trimmed"] = True
        self._environment.install_gettext_callables(  # type: ignore[attr-defined]
            _gettext, _ngettext, newstyle=True, pgettext=_pgettext, npgettext=_npgettext
        )
        # In place of those that Jinja has made, which take five times as long.
        self._environment.globals |= {"gettext": _say, "_": _say}
        self._environment.globals |= {**values, "asset": assets.address}
        names = self._environment.list_templates()
        self._templates = {name: self._environment.get_template(name) for name in names}
        self._version = _version(folders, assets)

    def render(self, name: str, language: Language, values: Mapping[str, object]) -> RenderedPage:
        """Return a page in a language. Raises jinja2.UndefinedError if a value is missing."""
        html = self._templates[name].render(values, language=language)
        return RenderedPage(html, language)

    def etag(self, *parts: object) -> str:
        """Return the weak ETag of a page, from all that its HTML depends on.

        Templates and assets are among that by themselves: another release has other ETags.
        """
        text = "\0".join(map(str, (self._version, *parts)))
        return f'W/"{sha256(text.encode()).hexdigest()[:32]}"'


@pass_context
def _gettext(context: Context, message: str) -> str:
    return _language(context).gettext(message)


@pass_context
def _say(context: Context, message: str, **values: object) -> Markup:
    """Return a message with its placeholders filled, which are escaped; the message is ours."""
    language = _language(context)
    return _translated(language, message) % values if values else _whole(language, message)


@lru_cache(CACHED_MESSAGES)
def _translated(language: Language, message: str) -> Markup:
    return Markup(language.gettext(message))  # noqa: S704 (translators' texts are ours)


@lru_cache(CACHED_MESSAGES)
def _whole(language: Language, message: str) -> Markup:
    return _translated(language, message) % {}


@pass_context
def _ngettext(context: Context, singular: str, plural: str, number: int) -> str:
    return _language(context).ngettext(singular, plural, number)


@pass_context
def _pgettext(context: Context, meaning: str, message: str) -> str:
    return _language(context).pgettext(meaning, message)


@pass_context
def _npgettext(context: Context, meaning: str, singular: str, plural: str, number: int) -> str:
    return _language(context).npgettext(meaning, singular, plural, number)


def _language(context: Context) -> Language:
    language: Any = context["language"]
    assert isinstance(language, Language)
    return language


def _version(folders: Sequence[Path], assets: Assets) -> str:
    sources = [file for folder in [*folders, FOLDER] for file in sorted(folder.rglob("*.html"))]
    return sha256(
        b"\0".join([assets.digest.encode(), *(f.read_bytes() for f in sources)])
    ).hexdigest()
