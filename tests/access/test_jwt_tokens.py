"""A token counts if the provider signed it for this service, and only as long as it should."""

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from access.authentication import Authenticator
from access.claims import ClaimNames, identity_id
from access.jwt_tokens import LONGEST_LIFE, MESSAGE, TRUSTED_SECONDS, TokenAuthenticator
from access.scopes import Scope
from access.signing_keys import SigningKeys
from access.token_verifier import MAXIMUM_LENGTH, TokenVerifier
from errors import Unauthenticated, Unavailable
from models.sessions import SUBJECT_LENGTH
from tests.identity_provider import AUDIENCE, IdentityProvider, ec_key, now, public_jwk, rsa_key

CARRIERS = "https://shop.example/carriers"


class Service:
    """An authenticator of a provider's tokens, whose clock stands still."""

    def __init__(self, names: ClaimNames | None = None) -> None:
        self.provider = IdentityProvider()
        self.is_away, self.reads, self.time = False, 0, 1000.0
        verifier = TokenVerifier(
            SigningKeys(self._read), self.provider.issuer, AUDIENCE, LONGEST_LIFE
        )
        names = names or ClaimNames("scope", "sub", CARRIERS)
        tokens = TokenAuthenticator(verifier, names, lambda: self.time)
        self.authenticator = Authenticator(tokens)

    async def _read(self) -> Any:
        self.reads += 1
        if self.is_away:
            raise Unavailable("away")
        keys = [public_jwk(ec_key("curve"), "curve"), *self.provider.key_set()["keys"]]
        return {"keys": keys}

    async def viewer(self, token: str) -> Any:
        return await self.authenticator.viewer(f"Bearer {token}")

    async def refusal(self, token: str) -> str:
        """The reason of the refusal, whose message is always the same."""
        with pytest.raises(Unauthenticated) as refused:
            await self.viewer(token)
        assert str(refused.value) == MESSAGE
        return refused.value.reason


@pytest.fixture
def service() -> Service:
    return Service()


async def test_a_token_stands_for_its_subject_with_the_scopes_of_its_claim(service: Service):
    exp = now() + 600
    token = service.provider.token(exp=exp, scope="orders_read profile PERSONAL_READ")

    viewer = await service.viewer(token)

    assert (viewer.name, viewer.actor) == ("clerk", "clerk")
    assert viewer.scopes == {Scope.ORDERS_READ, Scope.PERSONAL_READ}
    assert viewer.subject == ("https://login.example/", "clerk")
    assert viewer.key_id == identity_id("https://login.example/", "clerk")
    assert viewer.carriers is None
    assert viewer.expires_at == datetime.fromtimestamp(exp, UTC)
    assert await service.viewer(token) is viewer


async def test_a_token_may_be_signed_with_a_curve(service: Service):
    token = service.provider.token(key_id="curve", algorithm="ES256")

    assert (await service.viewer(token)).name == "clerk"


@pytest.mark.parametrize(
    ("claim", "scopes"),
    [
        (["ADMIN"], {Scope.ADMIN}),
        (["admin", "Admin", "orders_read"], {Scope.ORDERS_READ}),
        (["ORDERS_READ", "other"], {Scope.ORDERS_READ}),
        ("", set()),
        (None, set()),
        (7, set()),
        (["ORDERS_READ", 7], set()),
        ({"ORDERS_READ": True}, set()),
    ],
)
async def test_a_claim_has_scopes_as_a_text_or_a_list(service: Service, claim: Any, scopes: Any):
    assert (await service.viewer(service.provider.token(scope=claim))).scopes == scopes


async def test_a_subject_that_is_too_long_to_be_stored_is_refused(service: Service):
    with pytest.raises(Unauthenticated):
        await service.viewer(service.provider.token(sub="x" * (SUBJECT_LENGTH + 1)))


async def test_the_name_of_a_claim_leads_into_objects():
    service = Service(ClaimNames("realm_access.roles", "profile.name"))
    token = service.provider.token(
        realm_access={"roles": ["ORDERS_WRITE"]}, profile={"name": "Clerk of the desk"}
    )

    viewer = await service.viewer(token)

    assert (viewer.name, viewer.scopes) == ("Clerk of the desk", {Scope.ORDERS_WRITE})


@pytest.mark.parametrize("claim", [["DHL Express", "ups"], "dhl-express ups"])
async def test_a_claim_bounds_a_partner_to_carriers(service: Service, claim: Any):
    viewer = await service.viewer(service.provider.token(**{CARRIERS: claim}))

    assert viewer.carriers == {"dhl_express", "ups"}


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"exp": -61}, "TOKEN_EXPIRED"),
    "without expiry": ({"exp": None}, "TOKEN_CLAIMS"),
    "without audience": ({"aud": None}, "TOKEN_CLAIMS"),
    "without issuer": ({"iss": None}, "TOKEN_CLAIMS"),
    "without subject": ({"sub": None}, "TOKEN_CLAIMS"),
    "of a number as subject": ({"sub": 7}, "TOKEN_MALFORMED"),
    "of another audience": ({"aud": "console"}, "TOKEN_AUDIENCE"),
    "of another issuer": ({"iss": "https://login.example"}, "TOKEN_ISSUER"),
    "not valid yet": ({"nbf": 90}, "TOKEN_NOT_YET_VALID"),
    "issued in the future": ({"iat": 90}, "TOKEN_NOT_YET_VALID"),
    "of a life of more than an hour": ({"exp": 3601}, "TOKEN_LIVES_TOO_LONG"),
    "of a long life from an unknown time": ({"exp": 3700, "iat": None}, "TOKEN_LIVES_TOO_LONG"),
    "of an endless life": ({"exp": 10**15}, "TOKEN_MALFORMED"),
    "of the system": ({"sub": " System"}, "TOKEN_NAME"),
    "of an import": ({"sub": "import"}, "TOKEN_NAME"),
    "of nobody": ({"sub": "anonymous"}, "TOKEN_NAME"),
    "of a playbook": ({"sub": "playbook:lost"}, "TOKEN_NAME"),
    "of a long name": ({"sub": "a" * 101}, "TOKEN_NAME"),
    "of a name with a line break": ({"sub": "a\nb"}, "TOKEN_NAME"),
    "bounded to nothing": ({CARRIERS: []}, "TOKEN_CARRIERS"),
    "bounded to a number": ({CARRIERS: 7}, "TOKEN_CARRIERS"),
    "bounded to no code": ({CARRIERS: ["a!"]}, "TOKEN_CARRIERS"),
    "bounded to too many": ({CARRIERS: ["ups"] * 51}, "TOKEN_CARRIERS"),
    "of a bounded administrator": (
        {CARRIERS: ["ups"], "scope": "ADMIN"},
        "TOKEN_BOUNDED_ADMIN",
    ),
    "of an unknown key": ({"key_id": "other"}, "TOKEN_UNKNOWN_KEY"),
    "of a stronger algorithm": ({"algorithm": "RS512"}, "TOKEN_ALGORITHM"),
}
"""Claims of a token instead of good ones, times as seconds from now, and why it is refused."""


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_token_with_a_fault_is_refused_with_one_text(service: Service, fault: str):
    changes, reason = FAULTS[fault]
    changes = {
        name: now() + value if name in ("exp", "nbf", "iat") and value is not None else value
        for name, value in changes.items()
    }

    assert await service.refusal(service.provider.token(**changes)) == reason


def part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


async def test_a_token_that_nobody_signed_is_refused(service: Service):
    good = service.provider.token()
    header, payload, signature = good.split(".")
    other = service.provider.token(sub="guard").split(".")[1]
    # A verifier that lets the header choose takes our public key for a secret one.
    public = json.dumps(public_jwk(rsa_key("first"), "first")).encode()
    signed = f"{part({'alg': 'HS256', 'kid': 'first'})}.{payload}"
    digest = hmac.digest(public, signed.encode(), "sha256")
    confused = f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

    assert await service.refusal(f"{header}.{other}.{signature}") == "TOKEN_SIGNATURE"
    for name in ("none", "HS256", 7, None, ["RS256"], {"RS256": 1}):
        forged = part({"alg": name, "kid": "first"})
        assert await service.refusal(f"{forged}.{payload}.{signature}") in (
            "TOKEN_ALGORITHM",
            "TOKEN_MALFORMED",
        )
    assert await service.refusal(confused) == "TOKEN_ALGORITHM"
    mixed = f"{part({'alg': 'ES256', 'kid': 'first'})}.{payload}.{signature}"
    assert await service.refusal(mixed) == "TOKEN_ALGORITHM"
    demanding = part({"alg": "RS256", "kid": "first", "crit": ["exp"]})
    assert await service.refusal(f"{demanding}.{payload}.{signature}") == "TOKEN_MALFORMED"


@pytest.mark.parametrize(
    "token",
    ["a.b.c", f"{part([])}.a.a", f"{'W' * 5000}.a.a", "a" * MAXIMUM_LENGTH + ".a.a"],
    ids=["noise", "list", "deep", "long"],
)
async def test_what_only_looks_like_a_token_is_refused(service: Service, token: str):
    assert await service.refusal(token) == "TOKEN_MALFORMED"
    assert service.reads == 0


async def test_clocks_may_differ_by_a_minute(service: Service):
    soon = service.provider.token(nbf=now() + 50, iat=now() + 50)
    late = service.provider.token(exp=now() - 50)

    assert (await service.viewer(soon)).name == "clerk"
    assert (await service.viewer(late)).has_expired()
    with pytest.raises(Unauthenticated) as ended:
        await service.authenticator.confirm(f"Bearer {late}")
    assert ended.value.reason == "EXPIRED"
    await service.authenticator.confirm(f"Bearer {soon}")


async def test_the_key_of_a_known_token_may_be_withdrawn(service: Service):
    token = service.provider.token()
    await service.viewer(token)
    keys: Any = service.authenticator._tokens
    keys._verifier._keys._keys = {}

    assert (await service.viewer(token)).name == "clerk"
    service.time += TRUSTED_SECONDS
    assert await service.refusal(token) == "TOKEN_UNKNOWN_KEY"
    keys._verifier._keys._has_failed = True
    with pytest.raises(Unavailable):
        await service.viewer(token)


async def test_an_outage_tells_nothing_against_a_known_token(service: Service):
    token = service.provider.token()
    await service.viewer(token)
    keys: Any = service.authenticator._tokens
    keys._verifier._keys._keys, keys._verifier._keys._has_failed = {}, True

    service.time += TRUSTED_SECONDS
    assert (await service.viewer(token)).name == "clerk"
    with pytest.raises(Unavailable):
        await service.viewer(service.provider.token(sub="guard"))


async def test_without_any_keys_the_service_is_unavailable(service: Service):
    service.is_away = True
    token = service.provider.token()

    with pytest.raises(Unavailable):
        await service.viewer(token)
    await service.authenticator.confirm(f"Bearer {token}")


async def test_without_a_provider_every_token_is_refused():
    token = IdentityProvider().token()

    with pytest.raises(Unauthenticated) as refused:
        await Authenticator().viewer(f"Bearer {token}")

    assert (str(refused.value), refused.value.reason) == (MESSAGE, "TOKEN_NOT_CONFIGURED")
