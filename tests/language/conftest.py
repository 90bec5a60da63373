"""The languages that the tests of words say things in."""

import pytest

from language.catalog import Catalogs, open_catalogs
from language.locales import Language


@pytest.fixture(scope="session")
def catalogs() -> Catalogs:
    return open_catalogs(with_pseudo_locales=True)


@pytest.fixture(scope="session")
def english(catalogs: Catalogs) -> Language:
    return catalogs.language("en")
