"""The datasets: a seed dataset, and a small and a large one that consist of copies of it."""

import asyncio
import time
from dataclasses import dataclass

from benchmarks.reads.dataset_copies import replace_with_copies
from benchmarks.reads.seed_dataset import ApiKeys, create_orders, play_history
from benchmarks.reads.servers import WhereaboutsServer, configure_postgres
from devservices.postgres import PostgresServer


@dataclass(frozen=True, slots=True)
class DatasetSizes:
    """The number of orders of each dataset."""

    seed: int
    small: int
    large: int


@dataclass(frozen=True, slots=True)
class Datasets:
    """The database URL of each dataset, and the API keys that all of them contain."""

    seed: str
    small: str
    large: str
    keys: ApiKeys


def create_datasets(postgres: PostgresServer, sizes: DatasetSizes) -> Datasets:
    started = time.perf_counter()
    configure_postgres(postgres)
    seed = postgres.create_database("seed")
    keys = asyncio.run(create_orders(seed, sizes.seed))
    with WhereaboutsServer(seed) as server:
        asyncio.run(play_history(server.url, keys.writer))
    small, large = [postgres.create_database(name, template="seed") for name in ("small", "large")]
    asyncio.run(replace_with_copies(small, sizes.small))
    asyncio.run(replace_with_copies(large, sizes.large))
    print(
        f"Dataset: {sizes.large:,} orders, copied from {sizes.seed:,} that the API has created,"
        f" in {time.perf_counter() - started:.0f} s",
        flush=True,
    )
    return Datasets(seed, small, large, keys)
