"""The names of settings, by which they are read; misspelt ones are found, with what was meant."""

import difflib
from collections.abc import Collection, Iterator, Mapping

from pydantic import AliasGenerator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "WHEREABOUTS_"


class NamedSettings(BaseSettings):
    """Settings, each of which is read from the variable with PREFIX and its name in capitals."""

    model_config = SettingsConfigDict(
        frozen=True,
        case_sensitive=True,
        alias_generator=AliasGenerator(validation_alias=lambda name: PREFIX + name.upper()),
        validate_default=False,
        # pydantic's own messages would quote what may be a password.
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


def find_unknown(environ: Mapping[str, str], variables: Collection[str]) -> Iterator[str]:
    """Yield a message for each variable that has our prefix and no meaning: it is misspelt."""
    # Names are compared without the prefix, which alone makes any two of them alike.
    endings = [name.removeprefix(PREFIX) for name in variables]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in variables:
            near = difflib.get_close_matches(name.removeprefix(PREFIX), endings, n=1)
            advice = f"did you mean {PREFIX}{near[0]}?" if near else f"use {', '.join(variables)}"
            yield f"{name} is not a setting; {advice}"
