"""Profiles: the nightly run tries all of a weight, the others a share, the same one each time."""

from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.profiles import examples, scaled


@pytest.fixture
def _as_before() -> Generator[None, None, None]:
    name = settings.get_current_profile_name()
    yield
    settings.load_profile(name)


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize(
    ("profile", "weight", "count"),
    [
        ("nightly", 500, 500),
        ("ci", 500, 75),
        ("dev", 500, 50),
        ("ci", 8, 5),
        ("dev", 3, 3),
    ],
)
def test_a_profile_takes_its_share_and_not_too_few(profile: str, weight: int, count: int) -> None:
    settings.load_profile(profile)

    assert scaled(weight) == examples(weight).max_examples == count


@pytest.mark.parametrize(("profile", "is_same"), [("dev", True), ("ci", True), ("nightly", False)])
def test_only_the_nightly_run_has_other_examples_each_time(profile: str, is_same: bool) -> None:
    assert settings.get_profile(profile).derandomize is is_same
    assert settings.get_profile(profile).print_blob is not is_same
