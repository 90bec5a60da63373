"""The secret keys of the service, with which it encrypts what only it may read again.

That are secrets in the database, and tokens that it gives away and recognises by their signature.
API keys are only compared, and stored as hashes.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from errors import NotConfigured

NO_KEYS = (
    "The service has no secret keys, which this needs: set WHEREABOUTS_SECRET_KEYS to what"
    " `whereabouts secret-key` prints, for every server and command, and keep a copy of it."
)
OTHER_KEYS = (
    "It was encrypted with another key: put the earlier key back into WHEREABOUTS_SECRET_KEYS,"
    " behind the newest, or give the secret anew."
)
OTHER_FILE = (
    "It was encrypted with another key: put the file {name} back that was beside this database, or"
    " its key into WHEREABOUTS_SECRET_KEYS, behind the newest, or give the secret anew."
)


class SecretsUnavailable(NotConfigured):
    """A secret cannot be encrypted or read with the keys that are there; the message has advice."""


class SecretBox:
    """Encrypts secrets with the first of its keys, and reads what any of them has encrypted."""

    def __init__(self, keys: Sequence[SecretStr], key_file: Path | None = None) -> None:
        """`keys` are of Fernet, the newest first; `key_file` may hold the last of them.

        Raises ValueError for a text that is not a key.
        """
        self._other_keys = OTHER_FILE.format(name=key_file.name) if key_file else OTHER_KEYS
        fernets = [Fernet(key.get_secret_value()) for key in keys]
        self._raw_keys = tuple(keys)
        self._fernet = MultiFernet(fernets) if fernets else None

    def derived(self, purpose: str) -> "SecretBox":
        """Return a box with keys derived from these for one purpose.

        It reads only what was sealed for the same purpose: what is stored somewhere as a secret
        cannot be shown elsewhere as a token.
        """
        return SecretBox([_derived_key(key, purpose) for key in self._raw_keys])

    @property
    def has_keys(self) -> bool:
        return self._fernet is not None

    def require_keys(self) -> None:
        """Raise SecretsUnavailable if there are no keys."""
        self._keys()

    def seal(self, secret: SecretStr) -> str:
        """Return the secret as it is stored. Raises SecretsUnavailable."""
        return self._keys().encrypt(secret.get_secret_value().encode()).decode()

    def unseal(self, sealed: str) -> SecretStr:
        """Return the stored secret. Raises SecretsUnavailable."""
        try:
            return SecretStr(self._keys().decrypt(sealed.encode()).decode())
        except InvalidToken as error:
            raise SecretsUnavailable(self._other_keys) from error

    def _keys(self) -> MultiFernet:
        if self._fernet is None:
            raise SecretsUnavailable(NO_KEYS)
        return self._fernet


def _derived_key(key: SecretStr, purpose: str) -> SecretStr:
    raw = urlsafe_b64decode(key.get_secret_value())
    derivation = HKDF(SHA256(), length=len(raw), salt=None, info=purpose.encode())
    return SecretStr(urlsafe_b64encode(derivation.derive(raw)).decode())


def new_secret_key() -> SecretStr:
    return SecretStr(Fernet.generate_key().decode())


def open_secrets(setting: SecretStr, database_file: Path | None) -> SecretBox:
    """Return the box with the keys of the setting and, behind them, that of a SQLite file.

    The setting has commas between its keys. A SQLite file gets a key of its own when there is none
    at all. Raises OSError if the file of the key cannot be read or written.
    """
    keys = [SecretStr(key.strip()) for key in setting.get_secret_value().split(",") if key.strip()]
    if database_file is None:
        return SecretBox(keys)
    key_file = database_file.with_name(f"{database_file.name}-keys")
    if not keys and not key_file.exists():
        _write_once(key_file, new_secret_key())
    if not key_file.exists():
        return SecretBox(keys, key_file)
    kept = [SecretStr(line) for line in key_file.read_text().split()]
    return SecretBox([*keys, *kept], key_file)


def _write_once(file: Path, key: SecretStr) -> None:
    """Write a file that only its owner reads, unless another process was first.

    The file gets its name when it is complete, so that nobody reads half a key.
    """
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(f"{key.get_secret_value()}\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return
    finally:
        draft.unlink()
