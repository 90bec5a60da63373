"""Viewers with different scopes, from the anonymous holder of a tracking id upwards."""

from access.scopes import Scope
from access.viewer import ANONYMOUS, Viewer

HOLDER = ANONYMOUS
READER = Viewer("reader", frozenset({Scope.ORDERS_READ}))
CONFIDANT = Viewer("confidant", frozenset({Scope.ORDERS_READ, Scope.PERSONAL_READ}))
PERSONAL_ALONE = Viewer("personal alone", frozenset({Scope.PERSONAL_READ}))
ANALYST = Viewer("analyst", frozenset({Scope.ANALYTICS_READ}))
