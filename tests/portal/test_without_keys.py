"""Where no links can be signed, no page asks for a proof: it could open nothing."""

from collections.abc import Mapping
from typing import Any

import pytest

from access.secrets import SecretBox, new_secret_key
from tests.portal.page_text import PageText
from tests.portal.stub_site import LINK, TRACKING_ID, StubAsker, visiting
from web.pages.asker import Answer, AskFailed, AskFault, Visitor

ORDER = f"/t/{TRACKING_ID}"
PROOF = "Address and prices"
BY_REFERENCE = "Only your order number at hand?"


class KeylessAsker(StubAsker):
    """Takes every link for a forged one, as a service without keys does."""

    async def ask(self, operation: str, variables: Mapping[str, Any], visitor: Visitor) -> Answer:
        if visitor.link is not None:
            raise AskFailed(AskFault.LINK_REFUSED)
        return await super().ask(operation, variables, visitor)


@pytest.mark.parametrize("opens_by_proof", [True, False])
async def test_forms_for_proofs_are_there_if_a_proof_can_open_the_order(
    opens_by_proof: bool,
) -> None:
    async with visiting(StubAsker(), opens_by_proof=opens_by_proof) as client:
        order = PageText((await client.get(ORDER)).text)
        track = PageText((await client.get("/track")).text)
        unknown = PageText((await client.get("/t/unknown")).text)

    assert (PROOF in order.lines(), "proof" in order.attributes) == (opens_by_proof,) * 2
    assert (BY_REFERENCE in track.lines(), "reference" in track.attributes) == (opens_by_proof,) * 2
    assert (BY_REFERENCE in unknown.lines()) is opens_by_proof
    assert "id" in track.attributes


async def test_whoever_has_a_link_is_told_that_it_does_not_work() -> None:
    async with visiting(KeylessAsker(), opens_by_proof=False) as client:
        page = PageText((await client.get(ORDER, headers={"Cookie": f"wa_link={LINK}"})).text)

    title, text = page.lines("unlock")
    assert title == PROOF
    assert text.startswith("Your link")
    assert "proof" not in page.attributes


def test_a_box_knows_whether_it_has_keys() -> None:
    assert SecretBox([new_secret_key()]).has_keys
    assert not SecretBox([]).has_keys
