"""Catalogs: complete in each language, and fit to be filled and shown."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from language.catalog import CODES, MASTER, Catalogs, catalog_file
from tests.language.english_texts import every_text

ROOT = Path(__file__).parent.parent.parent
TEMPLATE = ROOT / "language" / "locale" / "messages.pot"
TRANSLATED = [code for code in CODES if code != MASTER]
KEYWORDS = ("message:1", "context_message:1c,2", "plural_message:1,2")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
COUNTS = {"%(number)s", "%(count)s"}
LONGEST_TITLE = 60


def _template() -> Catalog:
    with TEMPLATE.open("rb") as file:
        return read_po(file)


def _catalog(code: str) -> Catalog:
    with catalog_file(code).open("rb") as file:
        return read_po(file, locale=code)


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _keys(catalog: Catalog) -> set[tuple[str | None, object]]:
    return {(message.context, message.id) for message in _messages(catalog)}


def _texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _originals(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else [*message.id]


def test_the_template_has_all_messages_of_code_and_templates(tmp_path: Path) -> None:
    extracted = tmp_path / "messages.pot"
    CommandLineInterface().run(
        [
            *("pybabel", "-q", "extract", f"--mapping-file={ROOT / 'pyproject.toml'}"),
            *(f"--keyword={keyword}" for keyword in KEYWORDS),
            *(f"--output-file={extracted}", "--no-location"),
            *(str(ROOT / folder) for folder in ("language", "portal", "web/pages")),
        ]
    )

    with extracted.open("rb") as file:
        assert _keys(_template()) == _keys(read_po(file)), "run make words"


def test_make_words_updates_each_language() -> None:
    (codes,) = re.findall(r"for code in ([\w ]+); do", (ROOT / "Makefile").read_text())

    assert tuple(codes.split()) == CODES


@pytest.mark.parametrize("code", CODES)
def test_a_catalog_has_the_messages_of_the_template_and_no_others(code: str) -> None:
    catalog = _catalog(code)

    assert _keys(catalog) == _keys(_template())
    assert [*catalog.obsolete] == []


@pytest.mark.parametrize("code", CODES)
def test_a_catalog_says_whether_it_was_reviewed(code: str) -> None:
    comment = _catalog(code).header_comment

    assert ("Not reviewed yet" in comment) is (code != MASTER)


@pytest.mark.parametrize("code", TRANSLATED)
def test_each_message_is_translated_and_none_is_a_guess(code: str) -> None:
    messages = [*_messages(_catalog(code))]

    assert [message.id for message in messages if message.fuzzy] == []
    assert [message.id for message in messages if not all(_texts(message))] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_message(code: str) -> None:
    """A form for one, two or none may leave out the number, because it says it in a word."""
    wrong = [
        (message.id, text)
        for message in _messages(_catalog(code))
        for text in _texts(message)
        if _needed(message) - _placeholders(text) or _placeholders(text) - _possible(message)
    ]

    assert wrong == []


def _placeholders(text: str) -> set[str]:
    return {*PLACEHOLDER.findall(text), *(["%"] if "%" in PLACEHOLDER.sub("", text) else [])}


def _possible(message: Message) -> set[str]:
    return set().union(*(_placeholders(text) for text in _originals(message)))


def _needed(message: Message) -> set[str]:
    return _possible(message) - (COUNTS if message.pluralizable else set())


@pytest.mark.parametrize("code", TRANSLATED)
def test_each_plural_has_all_forms_of_its_language(code: str) -> None:
    catalog, plural = _catalog(code), get_plural(code)
    forms = {len(_texts(each)) for each in _messages(catalog) if each.pluralizable}

    assert (catalog.num_plurals, forms) == (plural.num_plurals, {plural.num_plurals})
    assert catalog.plural_expr == plural.plural_expr


@pytest.mark.parametrize("code", [*TRANSLATED, MASTER])
def test_no_text_has_markup_or_spaces_around_it(code: str) -> None:
    texts = [
        text
        for message in _messages(_catalog(code))
        for text in (*_originals(message), *_texts(message))
    ]

    assert [text for text in texts if re.search(r"[<>]|&\w+;|^\s|\s$|\\n", text)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_sentence_stays_a_sentence(code: str) -> None:
    """A full stop or a question mark at the end is there in each language, or in none."""
    ends = {".": "sentence", "?": "question", "؟": "question"}
    wrong = [
        (message.id, text)
        for message in _messages(_catalog(code))
        for text in _texts(message)
        if text and ends.get(text[-1]) != ends.get(_originals(message)[0][-1])
    ]

    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_headlines_are_short_in_each_language(catalogs: Catalogs, code: str) -> None:
    texts = every_text(catalogs.language(code))
    headlines = [text.split(": ", 1)[1] for text in texts if text.startswith("headline ")]
    titles = {headline.split(" | ")[0] for headline in headlines}

    assert {title for title in titles if len(title) > LONGEST_TITLE} == set()
