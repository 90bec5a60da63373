"""The composition of identity: who is believed to be whom, as the settings say."""

from access.authentication import Authenticator
from access.jwt_tokens import TokenSettings, token_authenticator
from access.openid_provider import OpenIdProvider, OpenIdSettings
from access.rate_limits import RateLimits
from access.secrets import SecretBox
from config import Settings
from urls import http_url
from web.credentials import CredentialsReader
from web.sign_in.endpoint import CALLBACK_PATH, SignIn


def build_authenticator(settings: Settings, link_secrets: SecretBox) -> Authenticator:
    tokens = token_authenticator(TokenSettings.of(settings))
    return Authenticator(tokens, settings.actor_keys, link_secrets=link_secrets)


def build_sign_in(
    settings: Settings,
    authenticator: Authenticator,
    credentials: CredentialsReader,
    limits: RateLimits,
) -> SignIn:
    """Return the sign-in of staff, by an identity provider if the settings name one."""
    if not settings.oidc_issuer:
        return SignIn(authenticator, credentials, None, limits)
    public = settings.public_url or http_url(settings.host, settings.port, "")
    provider = OpenIdProvider(OpenIdSettings.of(settings), public + CALLBACK_PATH)
    return SignIn(authenticator, credentials, provider, limits)
