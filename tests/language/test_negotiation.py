"""Languages are found for whatever tags somebody sends, within bounds."""

from language.catalog import open_catalogs
from language.negotiation import LONGEST_TAG, MOST_RANGES, accepted_tags, best_code


def test_the_longest_tag_is_compared_and_a_longer_one_is_not() -> None:
    longest = "de" + "-ab1" * 15 + "-x"

    assert len(longest) == LONGEST_TAG == 64
    assert best_code(longest, ["en", "de"]) == "de"
    assert best_code(longest + "y", ["en", "de"]) is None


def test_only_the_first_ranges_of_a_header_are_read() -> None:
    first = [f"x-{number}" for number in range(MOST_RANGES)]

    assert len(first) == 32
    assert accepted_tags(",".join([*first, "de"])) == first


def test_a_long_tag_leads_to_the_next_wish() -> None:
    long_tag = "de" + "-a" * 30_000
    chosen = open_catalogs().negotiate(asked=long_tag, accept_language=f"{long_tag},fr;q=0.5")

    assert chosen.code == "fr"
