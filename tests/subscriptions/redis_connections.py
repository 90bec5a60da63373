"""The connections of a Redis server's subscribers."""

from redis.asyncio import Redis


async def kill_subscribers(redis_url: str) -> int:
    """Cuts the connections of all subscribers and returns how many there were."""
    async with Redis.from_url(redis_url) as redis:
        return int(await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub"))
