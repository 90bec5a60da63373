"""A setting that holds a secret may be read from a file."""

from pathlib import Path

import pytest

from config import SECRETS, Settings, SettingsError
from settings.secret_files import LONGEST_SECRET_FILE

POSTGRES = "postgres://app:password@db.example:5432/whereabouts"
REDIS = "redis://:password@cache.example:6379/0"
CLIENT_SECRET = "a secret of the client"
SECRET_KEY = f"{'A' * 43}="
VALUES = {
    "WHEREABOUTS_DATABASE_URL": POSTGRES,
    "WHEREABOUTS_BROADCAST_URL": REDIS,
    "WHEREABOUTS_SECRET_KEYS": SECRET_KEY,
    "WHEREABOUTS_OIDC_CLIENT_SECRET": CLIENT_SECRET,
}
SIGN_IN = {
    "WHEREABOUTS_OIDC_ISSUER": "https://login.example",
    "WHEREABOUTS_OIDC_CLIENT_ID": "console",
    "WHEREABOUTS_PUBLIC_URL": "https://track.example",
}
"""What a client's secret is refused without."""


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(environ)
    return str(refused.value)


def test_every_setting_that_holds_a_secret_is_read_from_a_file(tmp_path: Path) -> None:
    assert set(VALUES) == SECRETS
    for ending in ("", "\n", "\r\n"):
        environ = dict(SIGN_IN)
        for name, value in VALUES.items():
            (tmp_path / name).write_bytes(f"{value}{ending}".encode())
            environ[f"{name}_FILE"] = str(tmp_path / name)

        settings = Settings.from_env(environ)

        assert [
            settings.database_url.get_secret_value(),
            settings.broadcast_url.get_secret_value(),
            settings.secret_keys.get_secret_value(),
            settings.oidc_client_secret.get_secret_value(),
        ] == list(VALUES.values())


def test_only_the_last_newline_is_taken_off(tmp_path: Path) -> None:
    (tmp_path / "url").write_bytes(f" {POSTGRES}\n\n".encode())

    message = refusal({"WHEREABOUTS_DATABASE_URL_FILE": str(tmp_path / "url")})

    assert message == (
        "WHEREABOUTS_DATABASE_URL: its scheme is not known; use sqlite://PATH or"
        " postgres://USER:PASSWORD@HOST:PORT/DATABASE"
    )


def test_a_secret_that_is_also_in_the_environment_is_refused(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(POSTGRES)
    environ = {
        "WHEREABOUTS_DATABASE_URL": POSTGRES,
        "WHEREABOUTS_DATABASE_URL_FILE": str(tmp_path / "url"),
        "WHEREABOUTS_WORKERS": "2",
    }

    assert refusal(environ) == (
        "WHEREABOUTS_DATABASE_URL_FILE: WHEREABOUTS_DATABASE_URL is set, too; use one of them"
    )


def test_a_file_that_cannot_be_read_is_named_in_one_line(tmp_path: Path) -> None:
    binary, large = tmp_path / "binary", tmp_path / "large"
    binary.write_bytes(b"\xff\xfe")
    large.write_bytes(b"A" * (LONGEST_SECRET_FILE + 1))

    for path, reason in (
        (tmp_path / "missing", "it cannot be read: No such file or directory"),
        (tmp_path, "it cannot be read: Is a directory"),
        (binary, "it cannot be read: it is not a text in UTF-8"),
        (large, "it has more than 65536 bytes; use the file of the secret alone"),
    ):
        assert refusal({"WHEREABOUTS_SECRET_KEYS_FILE": str(path)}) == (
            f"WHEREABOUTS_SECRET_KEYS_FILE='{path}': {reason}"
        )


@pytest.mark.parametrize("secret", [POSTGRES, SECRET_KEY])
def test_a_secret_that_stands_where_its_path_should_is_not_shown(secret: str) -> None:
    assert refusal({"WHEREABOUTS_SECRET_KEYS_FILE": secret}) == (
        "WHEREABOUTS_SECRET_KEYS_FILE: it cannot be read: No such file or directory"
    )


def test_a_setting_that_holds_no_secret_has_no_file() -> None:
    assert refusal({"WHEREABOUTS_HOST_FILE": "/run/secrets/host"}) == (
        "WHEREABOUTS_HOST_FILE is not a setting; did you mean WHEREABOUTS_HOST?"
    )
