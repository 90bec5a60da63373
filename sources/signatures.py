"""Signatures of webhooks: how each shop system signs a body, and names its delivery."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import SecretStr

from models.enums.sources import SourceKind
from models.intakes import DELIVERY_ID_LENGTH
from sources.readers import shopify, woocommerce

Pairs = Iterable[tuple[bytes, bytes]]
"""The headers of a request as ASGI gives them: names in lower case, repeated ones twice."""
KEPT_LENGTH = 200
"""Characters of a header that is kept with a body: topics, ids and times have fewer."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The headers of a shop system's webhooks, in lower case.

    The signature is the HMAC of the whole body with SHA-256, in base64. `delivery_id` is the same
    in each attempt of one delivery, and differs between deliveries; it is None for a system that
    has no such header. `kept` are needed to read the body.
    """

    signature: str
    delivery_id: str | None
    kept: tuple[str, ...]


SCHEMES: Mapping[SourceKind, Scheme] = MappingProxyType(
    {
        SourceKind.SHOPIFY: Scheme(
            "x-shopify-hmac-sha256",
            "x-shopify-webhook-id",
            (shopify.TOPIC, shopify.TRIGGERED_AT, shopify.TEST),
        ),
        # WooCommerce makes its delivery id of the webhook and the second: what changes within one
        # second has the same id, though it is another order or another version.
        SourceKind.WOOCOMMERCE: Scheme("x-wc-webhook-signature", None, (woocommerce.TOPIC,)),
    }
)


def is_signed(scheme: Scheme, pairs: Pairs, body: bytes, secrets: Sequence[SecretStr]) -> bool:
    """Return whether one of the secrets has signed the body. A second signature is a fault."""
    values = [value for name, value in pairs if name == scheme.signature.encode()]
    if len(values) != 1:
        return False
    try:
        given = b64decode(values[0], validate=True)
    except (NotBase64, ValueError):
        return False
    # All are compared, so that the time does not tell which one it was.
    matches = [hmac.compare_digest(given, _digest(secret, body)) for secret in secrets]
    return any(matches)


def signature_of(secret: SecretStr, body: bytes) -> str:
    """Return the value of the header as a shop sends it."""
    return b64encode(_digest(secret, body)).decode()


def _digest(secret: SecretStr, body: bytes) -> bytes:
    return hmac.digest(secret.get_secret_value().encode(), body, hashlib.sha256)


def kept_headers(scheme: Scheme, pairs: Pairs) -> dict[str, str]:
    """Return the headers that the reader needs, cut to what is kept."""
    values = {name.decode("latin-1"): value.decode("latin-1") for name, value in pairs}
    return {name: values[name][:KEPT_LENGTH] for name in scheme.kept if name in values}


def delivery_id_of(scheme: Scheme, pairs: Pairs) -> str | None:
    """Return the sender's id of the delivery, None if there is none that can be kept."""
    if scheme.delivery_id is None:
        return None
    for name, value in pairs:
        if name == scheme.delivery_id.encode() and 0 < len(value) <= DELIVERY_ID_LENGTH:
            text = value.decode("latin-1")
            return text if text.isprintable() else None
    return None


def is_ping(pairs: Pairs, body: bytes) -> bool:
    """Return whether this is what WooCommerce sends, unsigned, when a webhook is saved."""
    name, _, number = body.partition(b"=")
    is_signed_ = any(header == b"x-wc-webhook-signature" for header, _ in pairs)
    return name == b"webhook_id" and number.isdigit() and len(number) <= 20 and not is_signed_
