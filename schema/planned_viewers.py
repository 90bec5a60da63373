"""The viewers for whom trusted documents are planned before anybody asks."""

from uuid import UUID

from access.scopes import Scope
from access.viewer import ANONYMOUS, SYSTEM, Viewer, link_viewer

VIEWERS = (
    ANONYMOUS,
    Viewer("reader", frozenset({Scope.ORDERS_READ})),
    Viewer("confidant", frozenset({Scope.ORDERS_READ, Scope.PERSONAL_READ})),
    link_viewer(UUID(int=0)),
    SYSTEM,
)
"""One viewer of each kind that is planned for in advance."""
