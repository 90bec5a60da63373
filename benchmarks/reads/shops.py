"""The databases that are asked: the world, and shops that are copies of it over and over."""

import asyncio
import time
from dataclasses import dataclass

from benchmarks.reads.copying import multiply
from benchmarks.reads.services import Whereabouts, tune
from benchmarks.reads.world import Secrets, place_orders, play
from devservices.postgres import PostgresServer


@dataclass(frozen=True, slots=True)
class Sizes:
    """Orders: of the world, of a small shop, of a large one."""

    world: int
    few: int
    many: int


@dataclass(frozen=True, slots=True)
class Shops:
    """Where the databases are, and the keys to all of them."""

    world: str
    few: str
    many: str
    secrets: Secrets


def open_shops(postgres: PostgresServer, sizes: Sizes) -> Shops:
    started = time.perf_counter()
    tune(postgres)
    world = postgres.create_database("world")
    secrets = asyncio.run(place_orders(world, sizes.world))
    with Whereabouts(world) as server:
        asyncio.run(play(server.url, secrets.writer))
    few, many = [postgres.create_database(name, template="world") for name in ("few", "many")]
    asyncio.run(multiply(few, sizes.few))
    asyncio.run(multiply(many, sizes.many))
    print(
        f"{sizes.many:,} orders, made of {sizes.world:,} that real acts have made,"
        f" in {time.perf_counter() - started:.0f} s",
        flush=True,
    )
    return Shops(world, few, many, secrets)
