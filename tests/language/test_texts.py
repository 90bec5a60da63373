"""Texts: each status, exception, resolution and event is said in each language."""

from pathlib import Path

import pytest

from language.catalog import CODES, Catalogs
from language.locales import Language
from language.pseudo_locales import PSEUDO_CODES
from tests.language.english_texts import every_text

KEPT = Path(__file__).with_name("english_texts.txt")


def test_the_english_texts_are_those_that_were_reviewed(english: Language) -> None:
    assert list(every_text(english)) == KEPT.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("code", [*CODES, *PSEUDO_CODES])
def test_everything_is_said_in_each_language(catalogs: Catalogs, code: str) -> None:
    texts = list(every_text(catalogs.language(code)))

    assert len(texts) == len(KEPT.read_text(encoding="utf-8").splitlines())
    assert [text for text in texts if text.endswith(": ") or "%(" in text] == []
