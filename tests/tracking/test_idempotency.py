"""The digest of a command's content tells repeats from other content."""

from dataclasses import dataclass

from unit_of_work.idempotency import digest


@dataclass
class _Draft:
    reference: str | None = None
    name: str | None = None


@dataclass
class _LaterDraft(_Draft):
    gift_note: str | None = None


def test_a_field_that_is_added_later_does_not_change_the_digest_of_earlier_content() -> None:
    assert digest(["key", _LaterDraft(name="A")]) == digest(["key", _Draft(name="A")])


def test_a_value_in_another_field_is_other_content() -> None:
    digests = {
        digest(draft)
        for draft in (
            _LaterDraft(),
            _LaterDraft(reference="A"),
            _LaterDraft(name="A"),
            _LaterDraft(gift_note="A"),
            _LaterDraft(gift_note=""),
        )
    }

    assert len(digests) == 5
