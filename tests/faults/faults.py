"""The faults: each breaks something for a while, mends it, and says how much it really hit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.faults import database_faults, redis_faults, server_faults
from tests.faults.workload import Crowd
from tests.faults.impact import Hit
from tests.faults.environment import Stage

Strike = Callable[[Stage, Crowd, float], Awaitable[Hit]]


@dataclass(frozen=True)
class Fault:
    strike: Strike
    seconds: tuple[float, float]
    """How long it lasts, at least and at most, where chance decides."""
    touches: frozenset[str]
    """What it breaks or needs whole: two faults at a time have none of it in common."""


def _fault(strike: Strike, least: float, most: float, *touches: str) -> Fault:
    return Fault(strike, (least, most), frozenset(touches))


FAULTS = {
    "redis killed": _fault(redis_faults.redis_killed, 0, 10, "redis"),
    "redis hung": _fault(redis_faults.redis_hung, 1, 8, "redis"),
    "listeners cut": _fault(redis_faults.listeners_cut, 1, 3, "redis"),
    "messages mangled": _fault(redis_faults.messages_mangled, 1, 4, "redis"),
    "backends ended": _fault(database_faults.backends_ended, 0.5, 2, "postgres"),
    "postgres crashed": _fault(database_faults.postgres_crashed, 0, 4, "postgres"),
    "postgres hung": _fault(database_faults.postgres_hung, 0.5, 4, "postgres"),
    "server stopped": _fault(server_faults.server_stopped, 0.5, 6, "servers"),
    "server stopped in a write": _fault(
        server_faults.server_stopped_in_a_write, 2, 4, "servers", "postgres"
    ),
    "server killed": _fault(server_faults.server_killed, 0, 3, "servers", "postgres"),
    "server deployed": _fault(server_faults.server_deployed, 0, 2, "servers", "postgres"),
    "clients cut": _fault(server_faults.clients_cut, 0.5, 3, "clients"),
    "readers slow": _fault(server_faults.readers_slow, 1, 5, "servers"),
    "head locked": _fault(database_faults.head_locked, 0.5, 3, "postgres"),
    "order locked": _fault(database_faults.order_locked, 0.5, 3, "postgres"),
}
