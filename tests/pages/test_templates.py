"""Templates: compiled once for all languages, and strict about what they are given."""

import re
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel import Locale
from jinja2 import TemplateSyntaxError, UndefinedError

from language.locales import Language
from web.pages.assets import Assets
from web.pages.templates import Templates

ASSETS = Assets()
PLACEHOLDER = re.compile(r"%\(\w+\)[SD]")


class Shouting(NullTranslations):
    """A language in which every message is written in capitals."""

    def gettext(self, message: str) -> str:
        return PLACEHOLDER.sub(lambda found: found[0].lower(), message.upper())

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return f"{context}: {self.gettext(message)}"

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return f"{context}: {self.ngettext(msgid1, msgid2, n)}"


ENGLISH = Language("en", NullTranslations(), Locale("en"))
LOUD = Language("de", Shouting(), Locale("de"))


def templates(folder: Path, **sources: str) -> Templates:
    for name, source in sources.items():
        (folder / f"{name}.html").write_text(source)
    return Templates([folder], ASSETS)


def rendered(folder: Path, source: str, **values: object) -> list[str]:
    """The page in two languages."""
    pages = templates(folder, page=source)
    return [pages.render("page.html", one, values).html.decode() for one in (ENGLISH, LOUD)]


@pytest.mark.parametrize(
    ("source", "pages"),
    [
        ("{{ _('Live') }}", ["Live", "LIVE"]),
        ("{% trans %}\n  Check\n  again\n{% endtrans %}", ["Check again", "CHECK AGAIN"]),
        ("{{ gettext('Hello %(who)s', who=name) }}", ["Hello &lt;b&gt;", "HELLO &lt;b&gt;"]),
        (
            "{% trans who=name %}Hello {{ who }}{% endtrans %}",
            ["Hello &lt;b&gt;", "HELLO &lt;b&gt;"],
        ),
        (
            "{% trans count=2 %}{{ count }} day{% pluralize %}{{ count }} days{% endtrans %}",
            ["2 days", "2 DAYS"],
        ),
        ("{{ pgettext('verb', 'Live') }}", ["Live", "verb: LIVE"]),
        ("{{ npgettext('time', '%(num)d day', '%(num)d days', 1) }}", ["1 day", "time: 1 DAY"]),
        ("{{ name }}", ["&lt;b&gt;", "&lt;b&gt;"]),
    ],
)
def test_one_template_serves_all_languages_and_escapes_what_it_is_given(
    tmp_path: Path, source: str, pages: list[str]
) -> None:
    assert rendered(tmp_path, source, name="<b>") == pages


def test_a_value_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        rendered(tmp_path, "{{ nothing }}")


def test_a_broken_template_shows_when_the_templates_are_opened(tmp_path: Path) -> None:
    with pytest.raises(TemplateSyntaxError):
        templates(tmp_path, page="{% if %}")


def test_an_asset_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        rendered(tmp_path, "{{ asset('none.css') }}")


def test_a_template_of_a_folder_stands_before_a_shared_one(tmp_path: Path) -> None:
    pages = templates(tmp_path, live_control="Ours")

    assert pages.render("live_control.html", ENGLISH, {}).html == b"Ours"


def test_the_etag_depends_on_the_page_its_template_and_the_assets(tmp_path: Path) -> None:
    first = templates(tmp_path, page="1")
    etags = [
        first.etag("WA-1", 2),
        first.etag("WA-1", 3),
        first.etag("WA-12"),
        first.etag("WA-1", 2),
    ]
    etags.append(templates(tmp_path, page="2").etag("WA-1", 2))
    etags.append(Templates([tmp_path], Assets(generated={"a.css": b""})).etag("WA-1", 2))

    assert etags[0] == etags[3]
    assert len({*etags}) == 5
    assert all(etag.startswith('W/"') and etag.endswith('"') for etag in etags)
