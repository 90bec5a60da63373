"""The fields of the type Viewer, which are computed from the caller's credentials."""

from collections.abc import Callable, Mapping
from typing import Any

from access.scopes import Scope
from access.viewer import Viewer
from database.timestamps import rfc_3339
from engine.sql.selection import Field, Reader

VIEWER: Mapping[str, Callable[[Viewer], Any]] = {
    "name": lambda viewer: viewer.name,
    "scopes": lambda viewer: sorted(viewer.scopes, key=list(Scope).index),
    "carriers": lambda viewer: None if viewer.carriers is None else sorted(viewer.carriers),
    "sites": lambda viewer: None,
    "expiresAt": lambda viewer: viewer.expires_at and rfc_3339(viewer.expires_at),
    "__typename": lambda viewer: "Viewer",
}
"""How each field of the type Viewer is computed."""


async def viewer_value(field: Field, reader: Reader) -> dict[str, Any]:
    """Return the selected fields of the caller."""
    return {member.key: VIEWER[member.name](reader.viewer) for member in field.fields}
