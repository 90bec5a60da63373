"""Admission: what a client asks for is counted before it is answered, over every protocol.

Counted are requests, the orders that are looked up by their tracking ids (each once in an hour),
and what operations cost.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import GraphQLError

from access.rate_limits import RateLimit, RateLimits
from access.viewer import Viewer
from database.timestamps import rfc_3339
from engine.operation_cost import CostFormula
from engine.operations import InvalidOperation
from errors import RateLimited, TopLevelCode
from models.tracking_ids import parse_tracking_id
from runtime.settings_part import SettingsPart
from web.clients import client_of
from web.graphql.recent_lookups import RecentLookups

MAXIMUM_COST = 10_000
"""The cost of one operation: a full page of full pages."""
MAXIMUM_COST_WITHOUT_KEY = 1_000
"""The cost of one operation without a key: a page that shows ten orders with everything in them."""
MINUTE, DAY = 60, 86_400
LEASES = 50
"""A process takes the fiftieth part of what is counted for each request from the count that all
processes share, so that few requests wait for Redis."""


@dataclass(frozen=True, slots=True)
class ClientRates(SettingsPart):
    """How much one client may ask for; 0 limits nothing."""

    requests_per_minute_per_address: int = 0
    requests_per_minute_per_key: int = 0
    lookups_per_minute: int = 0
    lookups_per_day: int = 0
    cost_per_minute_per_address: int = 0
    cost_per_minute_per_key: int = 0


class Rates(NamedTuple):
    """The limits of clients of one kind."""

    requests: RateLimit
    cost: RateLimit
    maximum_cost: int
    lookups: tuple[RateLimit, ...]
    advice: str


class ClientAccount(NamedTuple):
    """What is counted for one client: an API key, or the network of an address without one."""

    limits: RateLimits
    rates: Rates
    identity: str
    network: str
    recent_lookups: RecentLookups

    async def admit(self) -> None:
        """Count a request. Raises RateLimited."""
        await self.limits.take(self.rates.requests, self.identity)

    async def charge(
        self, formula: CostFormula, variables: Mapping[str, Any], *, is_trusted: bool
    ) -> int:
        """Count an operation's cost, which is returned, and the orders that it looks up.

        One of a trusted document may cost what a key may spend on one. Raises InvalidOperation if
        it costs too much by itself, and RateLimited.
        """
        rates, cost = self.rates, formula.cost(variables)
        maximum = MAXIMUM_COST if is_trusted else rates.maximum_cost
        if cost > maximum:
            raise InvalidOperation([_too_costly(cost, maximum, rates.advice)])
        if rates.lookups:
            await self._count_lookups(formula.looked_up.values(variables))
        await self.limits.take(rates.cost, self.identity, cost=cost)
        return cost

    async def _count_lookups(self, written: Iterable[str]) -> None:
        parsed = {id_ for each in written if (id_ := parse_tracking_id(each)) is not None}
        lookups = self.recent_lookups.new_ones(self.network, parsed)
        if not lookups:
            return
        for limit in self.rates.lookups:
            await self.limits.take(limit, self.network, cost=len(lookups))
        self.recent_lookups.remember(self.network, lookups)

    async def afford(self, cost: int) -> None:
        """Count the cost of what runs by itself, and wait as long as it cannot be afforded."""
        while True:
            try:
                await self.limits.take(self.rates.cost, self.identity, cost=cost)
            except RateLimited as refusal:
                await asyncio.sleep(refusal.retry_after)
            else:
                return

    async def report(self) -> dict[str, Any]:
        """Return what is used of the budget of a minute, as extensions of an answer.

        The budget is null if it is not limited.
        """
        limit = self.rates.cost
        usage = await self.limits.usage(limit, self.identity)
        reset_at = rfc_3339(usage.resets_at)
        cost = {"used": usage.used, "budget": limit.amount or None, "resetAt": reset_at}
        return {"cost": cost}


class Admission:
    """Knows the limits of all clients, and who counts as which client."""

    def __init__(self, rate_limits: RateLimits, rates: ClientRates) -> None:
        self.rate_limits, self._recent_lookups = rate_limits, RecentLookups()
        self._with_key = Rates(
            _requests("key", rates.requests_per_minute_per_key, ""),
            _cost("key", rates.cost_per_minute_per_key),
            MAXIMUM_COST,
            (),
            "Ask for smaller pages, or for less inside of them.",
        )
        self._without_key = Rates(
            _requests("address", rates.requests_per_minute_per_address, " Send an API key."),
            _cost("address", rates.cost_per_minute_per_address),
            MAXIMUM_COST_WITHOUT_KEY,
            (
                _lookups("minute", MINUTE, rates.lookups_per_minute),
                _lookups("day", DAY, rates.lookups_per_day),
            ),
            "Ask for smaller pages, or for less inside of them, or send an API key.",
        )

    def account(self, viewer: Viewer, network: str) -> ClientAccount:
        """Return what is counted for a caller; the holder of a tracking link is a stranger."""
        rates = self._without_key if viewer.is_public else self._with_key
        client = client_of(viewer, network)
        return ClientAccount(self.rate_limits, rates, str(client), network, self._recent_lookups)


def _requests(who: str, amount: int, advice: str) -> RateLimit:
    refusal = (
        f"This {who} has sent {amount} requests within a minute, the most that it may.{advice}"
    )
    return RateLimit(f"requests-per-{who}", amount, MINUTE, refusal, max(1, amount // LEASES))


def _cost(who: str, amount: int) -> RateLimit:
    refusal = f"The operations of this {who} have cost {amount} within a minute, or would do so."
    return RateLimit(f"cost-per-{who}", amount, MINUTE, refusal, max(1, amount // LEASES))


def _lookups(period: str, seconds: int, amount: int) -> RateLimit:
    refusal = (
        f"Without an API key, {amount} orders are looked up for this address in a {period} at most."
    )
    return RateLimit(f"lookups-per-{period}", amount, seconds, refusal)


def _too_costly(cost: int, maximum: int, advice: str) -> GraphQLError:
    return GraphQLError(
        f"This operation costs {cost}; at most {maximum} are allowed. {advice}",
        extensions={"code": TopLevelCode.LIMIT_EXCEEDED},
    )
