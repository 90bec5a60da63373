"""Ports of this machine for the servers that tests and benchmarks start."""

from __future__ import annotations

import contextlib
import socket
from random import SystemRandom

HOST = "127.0.0.1"
# Below the range the kernel takes client ports from: a client that keeps trying a stopped server's
# port could otherwise be given that very port, and the server could not come back.
PORTS = range(15000, 32000)
# Enough to find a free one even where hundreds of ports are taken.
ATTEMPTS = 100


class NoFreePort(RuntimeError):
    """Every port that was tried is taken."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on, or raise `NoFreePort`."""
    for port in SystemRandom().sample(PORTS, ATTEMPTS):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise NoFreePort(f"no free port between {PORTS.start} and {PORTS.stop}")
