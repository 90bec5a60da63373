"""Clients: whom the limits of one client are counted for."""

from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network
from typing import overload
from uuid import UUID

from starlette.types import Scope

from access.viewer import Viewer

CUSTOMER_BITS = 64
"""The part of an IPv6 address that a provider assigns to a customer, who may choose the rest."""
CACHED_NETWORKS = 10_000
"""Addresses whose network is cached: the clients of a busy minute."""

Client = UUID | str
"""The id of an API key, or the network of a caller without one."""


@overload
def client_of(viewer: Viewer, network: str) -> Client: ...
@overload
def client_of(viewer: Viewer, network: str | None) -> Client | None: ...
def client_of(viewer: Viewer, network: str | None) -> Client | None:
    """Return the viewer's key, or the network if there is no key.

    Without either, the caller is this process itself.
    """
    return viewer.key_id or network


def client_address(scope: Scope) -> str:
    """Return the client's IP address; all clients of a Unix socket share an empty one."""
    host, _port = scope.get("client") or ("", 0)
    return str(host)


def client_network(scope: Scope) -> str:
    """Return the network of the client's address."""
    return network_of(client_address(scope))


@lru_cache(CACHED_NETWORKS)
def network_of(address: str) -> str:
    """Return the network that one customer has alone.

    A socket for both families gives IPv4 addresses mapped into IPv6, where all of them would be one
    network.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed.packed, CUSTOMER_BITS), strict=False))
