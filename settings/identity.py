"""The settings of identity: the tokens of identity providers, and the sign-in of staff."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from settings.names import PREFIX, NamedSettings
from settings.values import read_file
from urls import read_provider_url

MAXIMUM_NAME = 200
"""The most characters of the name of a claim, a client or an audience."""

NEEDED_FOR_TOKENS = ("jwt_issuer", "jwt_audience")
NEEDED_FOR_SIGN_IN = ("oidc_client_id", "oidc_client_secret")


def read_name(text: str) -> str:
    """Accept a text that is printable and not too long, or nothing."""
    # An address with a password in it was meant for another setting.
    has_password = "://" in text and "@" in text
    if not text.isprintable() or len(text) > MAXIMUM_NAME or has_password:
        raise ValueError(f"use a text of at most {MAXIMUM_NAME} characters, without a password")
    return text


def read_names(text: str) -> tuple[str, ...]:
    """Accept names separated by commas, or nothing."""
    return tuple(read_name(name.strip()) for name in text.split(",")) if text.strip() else ()


def read_keys_source(text: str) -> str | Path | None:
    """Accept the https address of a key set, or the path of a file with one, or nothing."""
    if "://" in text:
        return read_provider_url(text)
    return read_file(text)


Name = Annotated[str, BeforeValidator(read_name)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_names)]
ProviderUrl = Annotated[str, BeforeValidator(read_provider_url)]
KeysSource = Annotated[str | Path | None, NoDecode, BeforeValidator(read_keys_source)]


class IdentitySettings(NamedSettings):
    """The part of the settings that says who is believed to be whom."""

    jwt_jwks: KeysSource = None
    """The https address, or the file, of the public keys of the identity provider (JWKS)."""
    jwt_issuer: Name = ""
    """The issuer that its tokens name in `iss`."""
    jwt_audience: Name = ""
    """The audience that they name in `aud`: this service."""
    jwt_scopes_claim: Name = "scope"
    """The claim with the scopes: a text with spaces between them, or a list."""
    jwt_name_claim: Name = "sub"
    """The claim with the name under which the log has what a token does."""
    jwt_carriers_claim: Name = ""
    """The claim with the carriers to which a token is bounded; none is, if it is empty."""
    oidc_issuer: ProviderUrl = ""
    """The address of the OpenID Connect provider by which staff signs in."""
    oidc_client_id: Name = ""
    """The name by which the provider knows this service."""
    oidc_client_secret: SecretStr = SecretStr("")
    """The secret that the provider has given this service."""
    oidc_scope: Name = "openid email"
    """The scopes of OAuth that the provider is asked for."""
    oidc_scopes_claim: Name = "scopes"
    """The claim of the ID token with the scopes of this service."""
    oidc_name_claim: Name = "email"
    """The claim of the ID token with the name under which the log has what a person does."""
    oidc_carriers_claim: Name = ""
    """The claim of the ID token with the carriers to which a person is bounded."""
    actor_keys: Names = ()
    """The names of API keys that may say for whom they act, besides those with ADMIN."""


def identity_contradictions(settings: IdentitySettings) -> Iterator[str]:
    """Yield a message for each setting of identity that misses another one."""
    if settings.jwt_jwks is not None:
        yield from _missing(settings, "jwt_jwks", NEEDED_FOR_TOKENS)
    elif settings.jwt_issuer or settings.jwt_audience:
        yield f"{PREFIX}JWT_JWKS is missing: without it, no token is accepted"
    if settings.oidc_issuer:
        yield from _missing(settings, "oidc_issuer", NEEDED_FOR_SIGN_IN)


def _missing(settings: IdentitySettings, name: str, needed: tuple[str, ...]) -> Iterator[str]:
    for other in needed:
        value = getattr(settings, other)
        if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
            yield f"{PREFIX}{other.upper()} is missing: {PREFIX}{name.upper()} needs it"
