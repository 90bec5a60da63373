"""Secrets in files: a setting that holds a secret may be read from a file that its variable names.

Orchestrators put secrets into files, where no child process and no list of processes shows them.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

FILE_SUFFIX = "_FILE"
LONGEST_SECRET_FILE = 65_536
"""Bytes of such a file: an address or some keys are shorter, and the wrong file may be large."""


class SecretFileError(ValueError):
    """The file of a secret cannot be used; the message names the variable and says what to do."""


def with_secrets(
    environ: Mapping[str, str], secrets: Collection[str]
) -> tuple[dict[str, str], list[str]]:
    """Return the environment with the secrets out of files, and a message for each wrong file.

    `secrets` are the variables that may be replaced by a variable whose name ends in FILE_SUFFIX.
    """
    completed, problems = dict(environ), []
    for name in sorted(secrets):
        path = completed.pop(name + FILE_SUFFIX, None)
        if path is None:
            continue
        try:
            completed[name] = _secret(name, path, environ)
        except SecretFileError as error:
            problems.append(str(error))
            completed.pop(name, None)
    return completed, problems


def _secret(name: str, path: str, environ: Mapping[str, str]) -> str:
    """Return the text of the file without its last newline. Raises SecretFileError."""
    variable = name + FILE_SUFFIX
    if name in environ:
        raise SecretFileError(f"{variable}: {name} is set, too; use one of them")
    # A text that does not look like a path may be the secret itself, put in the wrong place.
    shown = f"{variable}={path!r}" if "/" in path and "@" not in path else variable
    try:
        with Path(path).open("rb") as file:
            content = file.read(LONGEST_SECRET_FILE + 1)
        text = content.decode()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a text in UTF-8"
        raise SecretFileError(f"{shown}: it cannot be read: {reason}") from None
    if len(content) > LONGEST_SECRET_FILE:
        raise SecretFileError(
            f"{shown}: it has more than {LONGEST_SECRET_FILE} bytes; use the file of"
            " the secret alone"
        )
    return text.removesuffix("\n").removesuffix("\r")
