"""The layout of every page: the brand, the languages, and where help is."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from starlette.requests import Request

from language.catalog import Catalogs
from language.locales import Language
from language.messages import message
from portal.addresses import PageAddresses
from web.pages.brand import Brand
from web.pages.templates import RenderedPage, Templates

LANGUAGE = "lang"
"""The parameter of addresses that names a language; links on a page keep it."""
CONTACT_US = message("Contact us")
IMPRINT = message("Imprint")
PRIVACY = message("Privacy")
STYLES = {"pages.css": ("base.css", "brand.css", "portal.css")}
"""The style sheet of all pages, and the assets that it is joined of: what comes later wins."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link with its words. One that `is_external` leads to a site that is not the shop's."""

    address: str
    label: str
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A link to the same page in a language, which it is named in."""

    address: str
    language: Language


class PageLayouts:
    """Renders pages in the language of whoever asks, in the layout that all share."""

    def __init__(
        self,
        templates: Templates,
        catalogs: Catalogs,
        brand: Brand,
        addresses: PageAddresses,
        *,
        opens_by_proof: bool = True,
    ) -> None:
        """`opens_by_proof` says whether pages have forms by which a proof opens an order."""
        self.brand, self.addresses, self._opens_by_proof = brand, addresses, opens_by_proof
        self._templates, self._catalogs = templates, catalogs
        self._version = sha256(repr((brand, addresses)).encode()).hexdigest()
        self._codes = brand.locales or catalogs.codes

    def language(self, request: Request, customer_locale: str | None = None) -> Language:
        """Return the language of the answer to a request."""
        return self._catalogs.negotiate(
            asked=request.query_params.get(LANGUAGE),
            customer_locale=customer_locale,
            accept_language=request.headers.get("accept-language"),
            offered=self.brand.locales,
        )

    def render(
        self,
        request: Request,
        name: str,
        language: Language,
        values: Mapping[str, object],
        address: str | None = None,
    ) -> RenderedPage:
        """Return the page of a template. Raises jinja2.UndefinedError if a value is missing.

        `address` is the path of the page if the request, such as a form, has another one.
        """
        shared: dict[str, Any] = {
            "brand": self.brand,
            "addresses": self.addresses,
            "opens_by_proof": self._opens_by_proof,
            "language_query": language_query(request, language),
            "language_links": self._language_links(address or self.addresses.page(request)),
            "contacts": self._contacts(language),
            "legal_links": self._legal_links(language),
        }
        return self._templates.render(name, language, {**shared, **values})

    def etag(self, *parts: object) -> str:
        """Return the weak ETag of a page that depends on these parts, the brand and the prefix."""
        return self._templates.etag(self._version, *parts)

    def _language_links(self, address: str) -> list[LanguageLink]:
        languages = map(self._catalogs.language, self._codes)
        return [LanguageLink(f"{address}?{LANGUAGE}={one.tag}", one) for one in languages]

    def _contacts(self, language: Language) -> list[PageLink]:
        """Return where the customer turns to, at the same place on every page."""
        brand_help = self.brand.help
        contacts = []
        if brand_help.url:
            contacts.append(PageLink(brand_help.url, language.say(CONTACT_US)))
        if brand_help.mail:
            contacts.append(PageLink(f"mailto:{brand_help.mail}", brand_help.mail))
        if brand_help.phone:
            digits = "".join(sign for sign in brand_help.phone if sign.isdigit() or sign == "+")
            contacts.append(PageLink(f"tel:{digits}", brand_help.phone))
        return contacts

    def _legal_links(self, language: Language) -> list[PageLink]:
        pages = ((self.brand.legal.imprint_url, IMPRINT), (self.brand.legal.privacy_url, PRIVACY))
        return [PageLink(url, language.say(name)) for url, name in pages if url]


def language_query(request: Request, language: Language) -> str:
    """Return the end of addresses that keeps the language if the visitor has chosen it."""
    return f"?{LANGUAGE}={language.tag}" if LANGUAGE in request.query_params else ""
