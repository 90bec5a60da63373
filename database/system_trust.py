"""TLS by the certificate authorities that the machine trusts; the driver knows files alone."""

import ssl
from collections.abc import Mapping

from database.postgres_address import SYSTEM


def system_tls(driver: Mapping[str, str]) -> ssl.SSLContext | None:
    """Return the full check of a server's certificate against these authorities, if the parameters
    ask for it. Raises OSError if a file of theirs is not in PEM form."""
    if driver.get("sslrootcert") != SYSTEM:
        return None
    context = ssl.create_default_context()
    if version := driver.get("ssl_min_protocol_version"):
        context.minimum_version = _version(version)
    if version := driver.get("ssl_max_protocol_version"):
        context.maximum_version = _version(version)
    if "sslcert" in driver:
        context.load_cert_chain(
            driver["sslcert"], driver.get("sslkey"), lambda: driver.get("sslpassword", "")
        )
    return context


def _version(name: str) -> ssl.TLSVersion:
    return ssl.TLSVersion[name.replace(".", "_")]
