"""The listening socket: bound before anything is started, with a reason if that fails."""

import errno
import socket

DEAD_AFTER_MS = 20_000
"""Milliseconds in which a client must acknowledge what was sent; a change of networks takes
less."""


class CannotListen(Exception):
    """The address cannot be listened on; the message says why and what to do."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to the address. Raises CannotListen."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise CannotListen(_reason(error, host, port)) from error
    listening.set_inheritable(True)
    drop_dead_connections(listening)
    return listening


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is taken: end the program that listens there, or set"
            " WHEREABOUTS_PORT to another one."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} of {host} is not allowed: set WHEREABOUTS_PORT to one above 1023."
    return f"Port {port} of {host} cannot be used: set WHEREABOUTS_HOST to an address of this" + (
        f" machine ({error.strerror or error})."
    )


def drop_dead_connections(listening: socket.socket) -> None:
    """Let the kernel end connections that acknowledge nothing for DEAD_AFTER_MS; accepted
    connections inherit the option."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_AFTER_MS)
