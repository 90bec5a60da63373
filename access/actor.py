"""The header `Whereabouts-Actor`: an API key names the person for whom it acts."""

from collections.abc import Collection
from dataclasses import replace
from re import compile as pattern

from access.scopes import Scope
from access.viewer import Viewer
from errors import Unauthenticated

MAXIMUM_LENGTH = 80
"""The most characters of a person's name: it stands in the log behind the name of the key."""
NAME = pattern(rf"[\w.@+-](?:[\w .@+-]{{0,{MAXIMUM_LENGTH - 2}}}[\w.@+-])?")
"""Names and e-mail addresses. A colon ends the key's name in the log."""
MESSAGE = (
    f"The name in the header Whereabouts-Actor has 1 to {MAXIMUM_LENGTH} letters, digits, spaces"
    " and the characters . @ + - _."
)


def acting(viewer: Viewer, actor: str | None, trusted: Collection[str]) -> Viewer:
    """Return the viewer as one that acts for the person `actor`.

    Only API keys with ADMIN, and those whose names are `trusted`, say for whom they act; what
    others say is ignored. Raises Unauthenticated for a name that the log does not take.
    """
    is_key = viewer.key_id is not None and viewer.subject is None
    if actor is None or not is_key or not (viewer.has(Scope.ADMIN) or viewer.name in trusted):
        return viewer
    if not NAME.fullmatch(actor):
        raise Unauthenticated(MESSAGE, reason="ACTOR", key_id=viewer.key_id)
    return replace(viewer, acts_for=actor)
