"""The settings of identities say what is missing, and show no secret."""

from pathlib import Path

import pytest

from config import Settings, SettingsError

TOKENS = {
    "JWT_JWKS": "https://login.example/keys?tenant=1",
    "JWT_ISSUER": "https://login.example/",
    "JWT_AUDIENCE": "whereabouts",
}
SIGN_IN = {
    "OIDC_ISSUER": "https://login.example/realm",
    "OIDC_CLIENT_ID": "console",
    "OIDC_CLIENT_SECRET": "HIDDEN",
}


def read(**environ: str) -> Settings:
    return Settings.from_env({f"WHEREABOUTS_{name}": text for name, text in environ.items()})


def refusal(**environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(**environ)
    return str(caught.value)


def test_every_setting_of_identities_can_be_set():
    claims = {
        "JWT_SCOPES_CLAIM": "realm_access.roles",
        "JWT_NAME_CLAIM": "client_id",
        "JWT_CARRIERS_CLAIM": "https://shop.example/carriers",
        "OIDC_SCOPE": "openid profile",
        "OIDC_SCOPES_CLAIM": "roles",
        "OIDC_NAME_CLAIM": "name",
        "OIDC_CARRIERS_CLAIM": "carriers",
        "ACTOR_KEYS": "desk, shop",
    }
    settings = read(**TOKENS, **SIGN_IN, **claims)

    assert settings.jwt_jwks == "https://login.example/keys?tenant=1"
    assert (settings.jwt_issuer, settings.jwt_audience) == ("https://login.example/", "whereabouts")
    assert (settings.jwt_scopes_claim, settings.jwt_name_claim, settings.jwt_carriers_claim) == (
        "realm_access.roles",
        "client_id",
        "https://shop.example/carriers",
    )
    assert (settings.oidc_issuer, settings.oidc_client_id) == (SIGN_IN["OIDC_ISSUER"], "console")
    assert settings.oidc_client_secret.get_secret_value() == "HIDDEN"
    assert (settings.oidc_scope, settings.oidc_scopes_claim) == ("openid profile", "roles")
    assert (settings.oidc_name_claim, settings.oidc_carriers_claim) == ("name", "carriers")
    assert settings.actor_keys == ("desk", "shop")
    assert "HIDDEN" not in repr(settings)


def test_a_key_set_may_be_in_a_file():
    settings = read(**TOKENS | {"JWT_JWKS": "/srv/keys.json"})

    assert settings.jwt_jwks == Path("/srv/keys.json")


@pytest.mark.parametrize("missing", ["JWT_ISSUER", "JWT_AUDIENCE"])
def test_tokens_need_an_issuer_and_an_audience(missing: str):
    environ = {name: text for name, text in TOKENS.items() if name != missing}

    assert refusal(**environ) == f"WHEREABOUTS_{missing} is missing: WHEREABOUTS_JWT_JWKS needs it"


def test_an_issuer_without_keys_is_refused():
    assert refusal(JWT_ISSUER="https://login.example/") == (
        "WHEREABOUTS_JWT_JWKS is missing: without it, no token is accepted"
    )


@pytest.mark.parametrize("missing", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_the_sign_in_needs_a_client_and_its_secret(missing: str):
    environ = {name: text for name, text in SIGN_IN.items() if name != missing}
    refused = refusal(**environ)

    assert refused == f"WHEREABOUTS_{missing} is missing: WHEREABOUTS_OIDC_ISSUER needs it"
    assert "HIDDEN" not in refused


@pytest.mark.parametrize(
    "address",
    ["http://login.example", "ftp://login.example", "https://", "https://a:b@login.example"],
)
@pytest.mark.parametrize("name", ["JWT_JWKS", "OIDC_ISSUER"])
def test_a_provider_has_an_https_address_without_a_password(name: str, address: str):
    shown = "" if "@" in address else f"={address!r}"

    refused = refusal(**TOKENS | SIGN_IN | {name: address})

    assert refused == f"WHEREABOUTS_{name}{shown}: use https://HOST/PATH"


@pytest.mark.parametrize("host", ["localhost:80", "127.0.0.1:9", "[::1]:9"])
def test_a_provider_on_this_machine_may_speak_plain_http(host: str):
    assert read(**SIGN_IN | {"OIDC_ISSUER": f"http://{host}"}).oidc_issuer == f"http://{host}"


@pytest.mark.parametrize("text", ["a\nb", "a" * 201, "https://user:HIDDEN@login.example"])
def test_a_name_is_short_and_holds_no_password(text: str):
    refused = refusal(**TOKENS | {"JWT_AUDIENCE": text})

    assert refused.endswith("use a text of at most 200 characters, without a password")
    assert "HIDDEN" not in refused
