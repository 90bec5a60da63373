"""Whoever proves that an order is theirs gets a link; whoever guesses is soon refused."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from access.link_creation import TrackingLink, TrackingLinks
from access.link_proofs import WRONG, LinkRequest
from access.rate_counters import BoundedMemoryStorage
from access.rate_limits import RateLimits
from access.scopes import Scope
from access.secrets import NO_KEYS, SecretBox, SecretsUnavailable
from access.tracking_links import LinkClaims, LinkOrigin
from access.viewer import ANONYMOUS, SYSTEM, Viewer, link_viewer
from errors import DomainError, Invalid, NotFound, RateLimited
from models.orders import Order
from models.tracking_ids import new_tracking_id
from tests.access.link_claims import SECRETS, SIGNER
from tests.clock import Clock
from tests.factories.acts import make_order
from tests.factories.drafts import build_address_draft, build_customer_draft
from unit_of_work.unit_of_work import Tracker

HOME, ELSEWHERE = "192.0.2.1", "2001:db8::/64"
START = 36_000_000.0
"""The beginning of an hour."""
WRONG_CODE = "99999"
PUBLIC = "https://shop.example"


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def links(clock: Clock) -> TrackingLinks:
    return TrackingLinks(SECRETS, PUBLIC, RateLimits(clock=clock))


@pytest.fixture
async def order(db: str, tracker: Tracker) -> Order:
    return await make_order(
        tracker,
        reference="R-1",
        customer=build_customer_draft(email="Customer.1@Example.com"),
        shipping_address=build_address_draft(postal_code="SW1A 2aa", country="GB"),
    )


async def ask(links: TrackingLinks, network: str = HOME, **request: str) -> TrackingLink:
    return await links.create(ANONYMOUS, LinkRequest(**request), network)


async def refusal(links: TrackingLinks, network: str = HOME, **request: str) -> DomainError:
    with pytest.raises(DomainError) as refused:
        await ask(links, network, **request)
    return refused.value


async def fail(links: TrackingLinks, times: int, network: str = HOME, **name: str) -> None:
    """Give a wrong postal code so many times."""
    for _ in range(times):
        error = await refusal(links, network, postal_code=WRONG_CODE, **name)
        assert (type(error), error.message, error.field) == (NotFound, WRONG, ())


def claims_in(link: TrackingLink) -> LinkClaims:
    return SIGNER.read(link.token)


@pytest.mark.parametrize(
    "proof",
    [
        {"postal_code": "SW1A 2aa"},
        {"postal_code": " sw1a2AA\t"},
        {"postal_code": "SW1A-2AA"},
        {"postal_code": "SW1A\N{EN DASH}2\N{MINUS SIGN}A\N{NON-BREAKING HYPHEN}A"},
        {"email": "customer.1@example.COM"},
        {"email": " Customer.1@Example.com "},
    ],
)
@pytest.mark.parametrize("name", ["tracking_id", "reference"])
async def test_a_right_proof_gives_a_link(
    links: TrackingLinks, order: Order, name: str, proof: dict[str, str]
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)

    link = await ask(links, **{name: getattr(order, name)}, **proof)

    claims = claims_in(link)
    assert (claims.order_id, claims.version, claims.origin) == (order.id, 0, LinkOrigin.PROVED)
    assert before <= claims.created_at <= datetime.now(UTC)
    assert link.expires_at == claims.created_at + timedelta(days=30)
    assert link.url == f"{PUBLIC}/t/{order.tracking_id}?k={link.token}"
    assert link.token not in repr(link)


@pytest.mark.parametrize(
    "proof",
    [
        {"postal_code": "SW1A 2AB"},
        {"postal_code": "SW1A_2AA"},
        {"postal_code": "customer.1@example"},
        {"postal_code": "nobody"},
        {"email": "customer.2@example.com"},
        {"email": "SW1A 2AA"},
        {"email": "nobody"},
    ],
)
async def test_a_wrong_proof_an_unknown_order_and_a_mistyped_one_are_answered_alike(
    links: TrackingLinks, order: Order, proof: dict[str, str]
) -> None:
    names = (
        {"tracking_id": order.tracking_id},
        {"reference": "R-1"},
        {"tracking_id": new_tracking_id()},
        {"tracking_id": "WA-1"},
        {"reference": "R-2"},
    )

    errors = [await refusal(links, **name, **proof) for name in names]

    assert {(type(error), error.message, error.field) for error in errors} == {
        (NotFound, WRONG, ())
    }


async def test_what_an_order_does_not_have_proves_nothing(
    links: TrackingLinks, db: str, tracker: Tracker
) -> None:
    bare = await make_order(
        tracker,
        customer=build_customer_draft(email=None),
        shipping_address=build_address_draft(postal_code=None),
    )

    for proof in ({"postal_code": "nobody"}, {"email": "nobody"}, {"email": "None"}):
        assert isinstance(await refusal(links, tracking_id=bare.tracking_id, **proof), NotFound)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({}, "trackingId"),
        ({"postal_code": "1"}, "trackingId"),
        ({"tracking_id": "WA-1", "reference": "R-1", "email": "a"}, "trackingId"),
        ({"reference": "R-1"}, "postalCode"),
        ({"reference": "R-1", "postal_code": "1", "email": "a"}, "postalCode"),
        ({"reference": "R-1", "postal_code": " "}, "postalCode"),
        ({"reference": "R-1", "email": ""}, "email"),
        ({"reference": "", "email": "a"}, "reference"),
    ],
)
async def test_one_name_and_one_proof_are_needed(
    links: TrackingLinks, request_: dict[str, str], field: str
) -> None:
    error = await refusal(links, **request_)

    assert (type(error), error.field) == (Invalid, (field,))


async def test_after_ten_wrong_proofs_for_an_order_right_ones_are_refused_too(
    links: TrackingLinks, order: Order, clock: Clock
) -> None:
    await fail(links, 6, tracking_id=order.tracking_id.lower())
    await fail(links, 4, ELSEWHERE, reference="R-1")

    for name in ({"tracking_id": order.tracking_id}, {"reference": "R-1"}):
        for proof in (WRONG_CODE, "SW1A 2AA"):
            error = await refusal(links, "203.0.113.9", postal_code=proof, **name)
            assert isinstance(error, RateLimited)
            assert error.message.startswith("There were 10 wrong proofs for this order within")

    clock.now += 2 * 3600
    assert claims_in(await ask(links, reference="R-1", postal_code="SW1A 2AA")).version == 0


async def test_an_unknown_order_is_counted_as_one_that_there_is(
    links: TrackingLinks, db: str
) -> None:
    unknown = new_tracking_id()
    await fail(links, 10, tracking_id=unknown)

    for typed in (unknown, unknown.lower(), unknown.replace("-", " ")):
        error = await refusal(links, tracking_id=typed, postal_code=WRONG_CODE)
        assert isinstance(error, RateLimited)
        assert error.message.startswith("There were 10 wrong proofs for this order within")
    await fail(links, 10, reference="R-2")
    assert isinstance(await refusal(links, reference="R-2", email="a"), RateLimited)


async def test_names_that_no_order_has_push_no_orders_count_out_of_memory(
    order: Order, clock: Clock
) -> None:
    limits = RateLimits(clock=clock)
    limits._own = BoundedMemoryStorage(clock, maximum=1)
    links = TrackingLinks(SECRETS, PUBLIC, limits)
    await fail(links, 10, reference="R-1")
    await fail(links, 2, ELSEWHERE, reference="R-2")

    error = await refusal(links, "203.0.113.9", reference="R-1", postal_code="SW1A 2AA")
    assert isinstance(error, RateLimited)


async def test_fifty_wrong_proofs_of_an_address_are_all_that_it_may_give(
    links: TrackingLinks, order: Order
) -> None:
    for number in range(10):
        await fail(links, 5, reference=f"unknown {number}")

    error = await refusal(links, reference="R-1", postal_code="SW1A 2AA")
    assert isinstance(error, RateLimited)
    assert error.message.startswith("There were 50 wrong proofs from this address within")
    assert await ask(links, ELSEWHERE, reference="R-1", postal_code="SW1A 2AA")


async def test_right_proofs_are_not_counted(links: TrackingLinks, order: Order) -> None:
    await fail(links, 9, reference="R-1")
    for _ in range(60):
        await ask(links, reference="R-1", postal_code="SW1A 2AA")

    await fail(links, 1, reference="R-1")
    assert isinstance(await refusal(links, reference="R-1", email="a"), RateLimited)


async def test_of_many_proofs_at_once_ten_are_looked_at(links: TrackingLinks, order: Order) -> None:
    codes = [*map(str, range(30)), "SW1A 2AA"]

    errors = await asyncio.gather(
        *(refusal(links, reference="R-1", postal_code=code) for code in codes)
    )

    assert [type(error) for error in errors].count(NotFound) == 10
    assert isinstance(errors[-1], RateLimited)


async def test_of_many_orders_that_an_address_asks_for_at_once_fifty_are_looked_at(
    links: TrackingLinks, db: str
) -> None:
    errors = await asyncio.gather(
        *(refusal(links, reference=f"R-{number}", email="a") for number in range(70))
    )

    assert [type(error) for error in errors].count(NotFound) == 50


STAFF = Viewer("desk", frozenset({Scope.ORDERS_READ}))
PARTNER = Viewer("ups", frozenset({Scope.ORDERS_READ}), carriers=frozenset({"ups"}))
OTHERS = [
    ANONYMOUS,
    PARTNER,
    Viewer("writer", frozenset(Scope) - {Scope.ORDERS_READ, Scope.ADMIN}),
    link_viewer(UUID(int=1)),
]


@pytest.mark.parametrize("viewer", [STAFF, SYSTEM], ids=lambda one: one.name)
async def test_staff_need_no_proof_and_their_links_count_as_sent(
    links: TrackingLinks, order: Order, viewer: Viewer
) -> None:
    await fail(links, 10, reference="R-1")

    link = await links.create(viewer, LinkRequest(reference="R-1"), HOME)

    assert claims_in(link).origin is LinkOrigin.SENT
    for _ in range(60):
        with pytest.raises(NotFound, match="No order has this tracking id or reference"):
            await links.create(viewer, LinkRequest(reference="R-2"), HOME)


@pytest.mark.parametrize("viewer", OTHERS, ids=lambda one: one.name)
async def test_all_others_need_a_proof(links: TrackingLinks, order: Order, viewer: Viewer) -> None:
    with pytest.raises(Invalid):
        await links.create(viewer, LinkRequest(reference="R-1"), HOME)

    request = LinkRequest(reference="R-1", postal_code="SW1A 2AA")
    link = await links.create(viewer, request, HOME)
    assert claims_in(link).origin is LinkOrigin.PROVED


async def test_without_secret_keys_there_are_no_links(order: Order) -> None:
    links = TrackingLinks(SecretBox([]), PUBLIC, RateLimits())

    error = await refusal(links, reference="R-1", postal_code="SW1A 2AA")

    assert (type(error), error.code, error.message) == (
        SecretsUnavailable,
        "NOT_CONFIGURED",
        NO_KEYS,
    )


async def test_a_link_has_no_address_if_the_service_does_not_know_its_own(order: Order) -> None:
    links = TrackingLinks(SECRETS, None, RateLimits())

    link = await ask(links, reference="R-1", postal_code="SW1A 2AA")

    assert link.url is None
    assert claims_in(link).order_id == order.id
