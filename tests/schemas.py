"""Built schemas, lent to one server after another: building one takes half the time of a start."""

from config import Settings
from engine.schema import Schema
from schema.build import build_schema

_idle: dict[bool, list[Schema]] = {True: [], False: []}
"""By whether they have introspection."""


def take_schema(settings: Settings) -> Schema:
    """Return a schema that no other server of this process uses, and that remembers nothing."""
    idle = _idle[settings.has_introspection]
    return idle.pop() if idle else build_schema(has_introspection=settings.has_introspection)


def give_back(schema: Schema, settings: Settings) -> None:
    """Let the next server have a schema."""
    schema.clear_caches(has_introspection=settings.has_introspection)
    _idle[settings.has_introspection].append(schema)
