"""The tokens of tracking links: signed, recognisable, and readable by nobody else."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import SecretStr

from access.secrets import SecretBox, SecretsUnavailable, new_secret_key
from access.tracking_links import LinkClaims, LinkOrigin, LinkSigner, link_url
from errors import Unauthenticated

OLD, NEW, OTHER = (new_secret_key() for _ in range(3))
ORDER = UUID("019ac8f2-5b7e-7c31-9d42-6f0e8b1a2c3d")
CLAIMS = LinkClaims(ORDER, 3, LinkOrigin.SENT, datetime(2026, 9, 14, 8, 12, 30, tzinfo=UTC))
TOKEN = LinkSigner(SecretBox([NEW])).sign(CLAIMS)


def signer(*keys: SecretStr) -> LinkSigner:
    return LinkSigner(SecretBox(keys))


@pytest.mark.parametrize("origin", LinkOrigin)
def test_a_token_says_what_it_was_signed_for(origin: LinkOrigin) -> None:
    claims = LinkClaims(ORDER, 0, origin, CLAIMS.created_at)

    assert signer(NEW).read(signer(NEW).sign(claims)) == claims


def test_a_token_has_a_prefix_and_needs_no_escaping_in_an_address() -> None:
    assert TOKEN.startswith("wa_link_")
    assert TOKEN.replace("-", "").replace("_", "").isalnum()
    assert str(ORDER) not in TOKEN
    assert ORDER.hex not in TOKEN


def test_the_newest_key_signs_and_the_earlier_ones_still_hold() -> None:
    before = signer(OLD).sign(CLAIMS)

    assert signer(NEW, OLD).read(before) == CLAIMS
    assert signer(NEW).read(signer(NEW, OLD).sign(CLAIMS)) == CLAIMS


def test_a_key_that_was_rotated_out_ends_its_tokens() -> None:
    with pytest.raises(Unauthenticated):
        signer(OTHER).read(TOKEN)


@pytest.mark.parametrize(
    "forged",
    [
        "wa_link_",
        "wa_link_x",
        "wa_link_é",
        f"{TOKEN[:-1]}{'A' if TOKEN[-1] != 'A' else 'Q'}x",
        f"{TOKEN[:40]}{'A' if TOKEN[40] != 'A' else 'B'}{TOKEN[41:]}",
        f"wa_link_{'A' * 10_000}",
        TOKEN.swapcase(),
    ],
)
def test_a_token_that_nobody_signed_is_refused_with_one_text(forged: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        signer(NEW).read(forged)

    assert str(refused.value) == (
        "This tracking link is not valid, or not any more. Open the order's tracking page anew."
    )


def test_a_stored_secret_is_not_a_token() -> None:
    """Somebody who may choose a secret and read the database could else make tokens of it."""
    box = SecretBox([NEW])
    text = SecretStr(f"{ORDER.hex} 3 sent 1789459950")

    with pytest.raises(Unauthenticated):
        LinkSigner(box).read("wa_link_" + box.seal(text).rstrip("="))


def test_without_keys_nothing_is_signed_and_nothing_holds() -> None:
    with pytest.raises(SecretsUnavailable, match="WHEREABOUTS_SECRET_KEYS"):
        signer().sign(CLAIMS)
    with pytest.raises(Unauthenticated):
        signer().read(TOKEN)


def test_a_link_leads_to_the_page_of_its_order() -> None:
    url = link_url("https://shop.example/track", "WA-7K3M-9QXP-2V4T-8HRC-5", TOKEN)

    assert url == f"https://shop.example/track/t/WA-7K3M-9QXP-2V4T-8HRC-5?k={TOKEN}"
