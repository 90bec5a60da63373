"""Secrets are encrypted with the newest key, read with any, and shown nowhere."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from access.secrets import (
    NO_KEYS,
    OTHER_KEYS,
    SecretBox,
    SecretsUnavailable,
    new_secret_key,
    open_secrets,
)

SECRET = SecretStr("the shop's secret")


def joined(*keys: SecretStr) -> SecretStr:
    return SecretStr(",".join(key.get_secret_value() for key in keys))


def test_a_secret_comes_back_and_is_stored_differently_each_time() -> None:
    box = SecretBox([new_secret_key()])

    sealed = [box.seal(SECRET) for _ in range(2)]

    assert [box.unseal(text) for text in sealed] == [SECRET, SECRET]
    assert sealed[0] != sealed[1]
    assert "secret" not in "".join(sealed)
    assert "secret" not in repr(box.unseal(sealed[0]))


def test_the_newest_key_encrypts_and_the_earlier_ones_still_read() -> None:
    old, new = new_secret_key(), new_secret_key()
    before = SecretBox([old]).seal(SECRET)
    box = open_secrets(joined(new, old), None)

    assert box.unseal(before) == SECRET
    assert SecretBox([new]).unseal(box.seal(SECRET)) == SECRET


def test_without_keys_what_needs_one_is_refused_with_advice() -> None:
    box = open_secrets(SecretStr(""), None)

    with pytest.raises(SecretsUnavailable, match="whereabouts secret-key") as caught:
        box.seal(SECRET)
    assert caught.value.message == NO_KEYS


@pytest.mark.parametrize("sealed", ["", "x", "é", SecretBox([new_secret_key()]).seal(SECRET)])
def test_what_another_key_has_encrypted_is_refused_with_advice(sealed: str) -> None:
    with pytest.raises(SecretsUnavailable) as caught:
        SecretBox([new_secret_key()]).unseal(sealed)
    assert caught.value.message == OTHER_KEYS


@pytest.mark.parametrize("setting", [SecretStr(""), new_secret_key()])
def test_beside_a_sqlite_file_the_advice_names_the_file_of_its_key(
    tmp_path: Path, setting: SecretStr
) -> None:
    sealed = SecretBox([new_secret_key()]).seal(SECRET)

    with pytest.raises(SecretsUnavailable) as caught:
        open_secrets(setting, tmp_path / "orders.sqlite3").unseal(sealed)

    assert caught.value.message == (
        "It was encrypted with another key: put the file orders.sqlite3-keys back that was beside"
        " this database, or its key into WHEREABOUTS_SECRET_KEYS, behind the newest, or give the"
        " secret anew."
    )


def test_a_sqlite_file_gets_a_key_that_its_owner_alone_reads(tmp_path: Path) -> None:
    file = tmp_path / "orders.sqlite3"

    sealed = open_secrets(SecretStr(""), file).seal(SECRET)

    key_file = tmp_path / "orders.sqlite3-keys"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [key_file.name]
    assert open_secrets(SecretStr(""), file).unseal(sealed) == SECRET
    assert open_secrets(new_secret_key(), file).unseal(sealed) == SECRET


def test_a_key_of_the_settings_makes_no_file(tmp_path: Path) -> None:
    open_secrets(new_secret_key(), tmp_path / "orders.sqlite3")

    assert list(tmp_path.iterdir()) == []
