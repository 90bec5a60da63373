"""The names of settings: misspelt ones are found, with what was meant."""

import difflib
from collections.abc import Collection, Iterator, Mapping

PREFIX = "WHEREABOUTS_"


def find_unknown(environ: Mapping[str, str], variables: Collection[str]) -> Iterator[str]:
    """Yield a message for each variable that has our prefix and no meaning: it is misspelt."""
    # Names are compared without the prefix, which alone makes any two of them alike.
    endings = [name.removeprefix(PREFIX) for name in variables]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in variables:
            near = difflib.get_close_matches(name.removeprefix(PREFIX), endings, n=1)
            advice = f"did you mean {PREFIX}{near[0]}?" if near else f"use {', '.join(variables)}"
            yield f"{name} is not a setting; {advice}"
