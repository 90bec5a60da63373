"""Viewers: the identity and the rights with which a request is answered."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from access.policy import NEEDED_SCOPES, Audience
from access.scopes import READING, Scope

LINK_AUDIENCES = frozenset({Audience.HOLDER, Audience.PARTY, Audience.PERSONAL})
"""The audiences to which the holder of a tracking link belongs, for the order of the link."""


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights that decide which fields a viewer is shown: viewers with equal ones share plans.

    Which rows they see is not part of it: that is bound for each request.
    """

    scopes: frozenset[Scope]
    is_partner: bool
    has_link: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """The caller of a request. Its scopes are its rights; ADMIN includes all other scopes.

    `carriers` bounds a partner to the shipments of these carriers; without it, all are visible.
    `order_id` is the order whose tracking link the viewer holds. After `expires_at` the credentials
    are no longer valid.

    `key_id` is the API key's id, for which limits are counted. Whom an identity provider knows has
    one that is made of `subject`: the issuer, and the subject's name there. `acts_for` is the
    person for whom an API key says that it acts.
    """

    name: str
    scopes: frozenset[Scope] = frozenset()
    key_id: UUID | None = None
    carriers: frozenset[str] | None = None
    order_id: UUID | None = None
    expires_at: datetime | None = None
    subject: tuple[str, str] | None = None
    acts_for: str | None = None

    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)

    @property
    def actor(self) -> str:
        """The name that the viewer's changes carry in the log."""
        return self.name if self.acts_for is None else f"{self.name}:{self.acts_for}"

    @property
    def log_name(self) -> str:
        """The name in lines of the server's log: a person's is an id, as their name is personal."""
        return self.name if self.subject is None else str(self.key_id)

    @property
    def owner(self) -> tuple[str, ...]:
        """Who owns the viewer's idempotency keys: an API key by its name, which outlives its id,
        and a person apart from every API key, even one of the same name."""
        return self.subject or (self.name,)

    def has(self, scope: Scope) -> bool:
        return scope in self.scopes or Scope.ADMIN in self.scopes

    @property
    def is_public(self) -> bool:
        """Whether anybody in the world may be this viewer: its requests have smaller limits."""
        return self is ANONYMOUS or self.order_id is not None

    @property
    def is_partner(self) -> bool:
        """Whether the viewer sees only the shipments of certain carriers."""
        return self.carriers is not None

    @property
    def bound(self) -> list[str]:
        """The carriers to which a partner is bounded, in order; none for all other viewers."""
        return sorted(self.carriers or ())

    @property
    def row_bounds(self) -> Hashable:
        """The values that bound the rows which the viewer sees. Viewers with equal `reads` and
        equal bounds are shown the same."""
        return self.carriers, self.order_id

    @property
    def reads(self) -> Rights:
        """The rights to read. Viewers with equal `reads` are shown the same fields."""
        return _rights(self.scopes, self.is_partner, self.order_id is not None)

    def may_read(self, audience: Audience) -> bool:
        if self.order_id is not None:
            return audience in LINK_AUDIENCES
        return all(self.has(scope) for scope in NEEDED_SCOPES[audience])


@cache
def _rights(scopes: frozenset[Scope], is_partner: bool, has_link: bool) -> Rights:
    readable = READING if Scope.ADMIN in scopes else scopes.intersection(READING)
    return Rights(frozenset(readable), is_partner, has_link)


ANONYMOUS = Viewer("anonymous")
LINK_HOLDER = "tracking link"
"""The name of whoever holds a tracking link."""
SYSTEM = Viewer("system", frozenset({Scope.ADMIN}))


def link_viewer(order_id: UUID, expires_at: datetime | None = None) -> Viewer:
    """Return the holder of a tracking link of the order."""
    return Viewer(LINK_HOLDER, order_id=order_id, expires_at=expires_at)
