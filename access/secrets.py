"""Secrets that must be read again: they are encrypted in the database, with keys kept elsewhere.

API keys are only compared, and stored as hashes; a secret that signs is needed itself.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from errors import Invalid

NO_KEYS = (
    "There are no keys to encrypt it with: set WHEREABOUTS_SECRET_KEYS to what"
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


class SecretsUnavailable(Invalid):
    """A secret cannot be encrypted or read with the keys that are there; the message has advice."""


class SecretBox:
    """Encrypts secrets with the first of its keys, and reads what any of them has encrypted."""

    def __init__(self, keys: Sequence[SecretStr], key_file: Path | None = None) -> None:
        """`keys` are of Fernet, the newest first; `key_file` may hold the last of them.

        Raises ValueError for a text that is not a key.
        """
        self._other_keys = OTHER_FILE.format(name=key_file.name) if key_file else OTHER_KEYS
        fernets = [Fernet(key.get_secret_value()) for key in keys]
        self._fernet = MultiFernet(fernets) if fernets else None

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
