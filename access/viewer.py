"""Viewers: the identity and the rights with which a request is answered."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from access.policy import NEEDED_SCOPES, Audience
from access.scopes import READING, Scope


@dataclass(frozen=True, slots=True)
class Viewer:
    """The caller of a request. Its scopes are its rights; ADMIN includes all other scopes."""

    name: str
    scopes: frozenset[Scope] = frozenset()
    key_id: UUID | None = None

    def has(self, scope: Scope) -> bool:
        return scope in self.scopes or Scope.ADMIN in self.scopes

    @property
    def reads(self) -> frozenset[Scope]:
        """The reading scopes that the viewer has. Viewers with equal `reads` are shown the same."""
        return _reading_scopes(self.scopes)

    def may_read(self, audience: Audience) -> bool:
        return all(self.has(scope) for scope in NEEDED_SCOPES[audience])


@cache
def _reading_scopes(scopes: frozenset[Scope]) -> frozenset[Scope]:
    return frozenset(READING) if Scope.ADMIN in scopes else scopes.intersection(READING)


ANONYMOUS = Viewer("anonymous")
SYSTEM = Viewer("system", frozenset({Scope.ADMIN}))
