"""The text of an API key: a prefix, a random secret, and a checksum of the secret.

The checksum lets secret scanners recognise a key, and lets a mistyped key be rejected without a
query. The database holds only a hash and a hint.
"""

import binascii
import hashlib
import secrets

KEY_PREFIX = "wa_live_"
_SECRET_BYTES = 20
"""160 random bits cannot be guessed from their hash with a table, so the hash needs no salt."""
_CHECKSUM_LENGTH = 8
_HINT_LENGTH = 4


def generate_key() -> str:
    """Return a new random API key."""
    secret = secrets.token_hex(_SECRET_BYTES)
    return f"{KEY_PREFIX}{secret}{_checksum(secret)}"


def is_well_formed(key: str) -> bool:
    """Return whether the text has a key's prefix and a matching checksum."""
    body = key.removeprefix(KEY_PREFIX)
    secret, checksum = body[:-_CHECKSUM_LENGTH], body[-_CHECKSUM_LENGTH:]
    return body != key and body.isascii() and _checksum(secret) == checksum


def hash_key(key: str) -> str:
    """Return the key's SHA-256 in hexadecimal, by which its row is found."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_hint(key: str) -> str:
    """Return the last characters of a key: enough to recognise it in a list."""
    return key[-_HINT_LENGTH:]


def _checksum(secret: str) -> str:
    return f"{binascii.crc32(secret.encode()):08x}"
