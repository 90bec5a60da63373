"""The sources of pages: nothing in them needs an exception of the security policy, and the scripts
stay few."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROOMS = (ROOT / "web" / "pages", ROOT / "portal")
TEMPLATES = [file for room in ROOMS for file in sorted((room / "templates").rglob("*.html"))]
SCRIPTS = [file for room in ROOMS for file in sorted((room / "assets").glob("*.js"))]
STYLES = [file for room in ROOMS for file in sorted((room / "assets").glob("*.css"))]
FORBIDDEN = {
    "an attribute with a script": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an attribute with a style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "a script without an address": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an address with a script": re.compile(r"javascript:", re.IGNORECASE),
    "a page that fetches itself": re.compile(r"http-equiv", re.IGNORECASE),
    "text that is taken for HTML": re.compile(r"\|\s*safe\b|autoescape false"),
    "another site": re.compile(r"(?:src|href)=\"(?:https?:)?//", re.IGNORECASE),
}
SINKS = re.compile(r"\.(?:innerHTML|outerHTML|insertAdjacentHTML|srcdoc)\b|\beval\(|Function\(")
PARSER = "DOMParser"
MOST_LINES = 250
"""The lines of all scripts for customers, without empty lines and comments: more would be a
framework of our own."""
COMMENT = re.compile(r"^\s*(?://|/\*|\*)")


def relative(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", TEMPLATES, ids=relative)
def test_a_template_has_nothing_that_the_policy_refuses(file: Path) -> None:
    text = file.read_text()

    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def test_the_patterns_find_what_they_are_for() -> None:
    examples = (
        '<p onclick="x">',
        '<p class="a" style="x">',
        "<style>",
        "<script>",
        '<a href="javascript:x">',
        '<meta http-equiv="refresh">',
        "{{ text | safe }}",
        '<img src="https://example.com/x.png">',
    )

    found = [[name for name, one in FORBIDDEN.items() if one.search(text)] for text in examples]
    assert found == [[name] for name in FORBIDDEN]


def test_styles_load_nothing() -> None:
    assert [
        relative(file) for file in STYLES if re.search(r"url\(|@import", file.read_text())
    ] == []


def test_one_script_makes_elements_of_text() -> None:
    texts = {file.name: file.read_text() for file in SCRIPTS}

    assert [name for name, text in texts.items() if SINKS.search(text)] == []
    assert [name for name, text in texts.items() if PARSER in text] == ["morph.js"]


def test_the_scripts_stay_within_their_lines() -> None:
    lines = [line for file in SCRIPTS for line in _code(file)]

    assert len(lines) <= MOST_LINES


def _code(file: Path) -> Iterator[str]:
    for line in file.read_text().splitlines():
        if line.strip() and not COMMENT.match(line):
            yield line
