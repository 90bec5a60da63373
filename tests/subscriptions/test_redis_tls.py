"""A Redis that asks for a password and is reached by TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote

import pytest
from broadcaster import Event
from redis.asyncio import Redis

from devservices.certificates import LEFT_OUT, Certificates, find_openssl, make_certificates
from devservices.ports import HOST
from devservices.redis import RedisServer
from subscriptions.transport import ANYTHING, CHANNEL, open_transport
from tests.needed_programs import need
from tests.timeouts import TIMEOUT, poll_until

PASSWORD = "p@ss/:#?"
CHUNK = 65536


@pytest.fixture
def certificates() -> Iterator[Certificates]:
    need(find_openssl, LEFT_OUT)
    made = make_certificates("localhost")
    yield made
    made.remove()


@pytest.fixture
async def tls_port(server: RedisServer, certificates: Certificates) -> AsyncIterator[int]:
    """The port at which TLS is taken off before Redis."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection(HOST, server.port)
        await asyncio.gather(pass_on(reader, to_writer), pass_on(to_reader, writer))

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    folder = certificates.folder
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    listening = await asyncio.start_server(serve, HOST, 0, ssl=context)
    yield listening.sockets[0].getsockname()[1]
    listening.close()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send on what comes until there is no more, and close then."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
    finally:
        writer.close()


async def test_a_password_and_an_authority_stand_in_the_address(
    server: RedisServer, tls_port: int, certificates: Certificates
) -> None:
    async with Redis.from_url(server.url) as redis:
        await redis.config_set("requirepass", PASSWORD)
    address = f"rediss://:{quote(PASSWORD, safe='')}@localhost:{tls_port}/0"
    transport = open_transport(f"{address}?ssl_ca_certs={certificates.authority}")
    await transport.connect()
    await poll_until(lambda: transport.is_connected)

    async with asyncio.timeout(TIMEOUT):
        connected = await transport.next_published()
        transport.announce(17)
        heard = await transport.next_published()
    await transport.disconnect()

    assert (connected, heard) == (Event(CHANNEL, ANYTHING), Event(CHANNEL, "17"))
