"""The catalogue of faults: each breaks something, repairs it, and reports its impact."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.faults import database_faults, redis_faults, server_faults
from tests.faults.environment import Environment
from tests.faults.impact import Impact
from tests.faults.workload import Workload

FaultFunction = Callable[[Environment, Workload, float], Awaitable[Impact]]
"""Breaks something for a number of seconds and returns the impact."""


@dataclass(frozen=True)
class Fault:
    run: FaultFunction
    shortest_seconds: float
    longest_seconds: float
    """The limits of a random duration."""
    resources: frozenset[str]
    """The fault breaks these or needs them intact: concurrent faults must not share any of them."""


def _fault(run: FaultFunction, shortest: float, longest: float, *resources: str) -> Fault:
    return Fault(run, shortest, longest, frozenset(resources))


FAULTS = {
    "redis killed": _fault(redis_faults.redis_killed, 0, 10, "redis"),
    "redis hung": _fault(redis_faults.redis_hung, 1, 8, "redis"),
    "redis listeners disconnected": _fault(
        redis_faults.redis_listeners_disconnected, 1, 3, "redis"
    ),
    "redis messages altered": _fault(redis_faults.redis_messages_altered, 1, 4, "redis"),
    "backends terminated": _fault(database_faults.backends_terminated, 0.5, 2, "postgres"),
    "postgres crashed": _fault(database_faults.postgres_crashed, 0, 4, "postgres"),
    "postgres hung": _fault(database_faults.postgres_hung, 0.5, 4, "postgres"),
    "server paused": _fault(server_faults.server_paused, 0.5, 6, "servers"),
    "server paused in a write": _fault(
        server_faults.server_paused_in_a_write, 2, 4, "servers", "postgres"
    ),
    "server killed": _fault(server_faults.server_killed, 0, 3, "servers", "postgres"),
    "server deployed": _fault(server_faults.server_deployed, 0, 2, "servers", "postgres"),
    "clients reset": _fault(server_faults.clients_reset, 0.5, 3, "clients"),
    "consumers slow": _fault(server_faults.consumers_slow, 1, 5, "servers"),
    "log head locked": _fault(database_faults.log_head_locked, 0.5, 3, "postgres"),
    "order locked": _fault(database_faults.order_locked, 0.5, 3, "postgres"),
}
