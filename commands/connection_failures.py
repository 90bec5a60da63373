"""Why a database could not be connected to, and what to write in its address instead."""

import ssl

import asyncpg

NAME_MISMATCH = ("Hostname mismatch", "IP address mismatch")
"""The starts of what OpenSSL says of a certificate that was made for another host."""
NO_TLS = "rejected SSL upgrade"
"""Part of what the driver says of a server without TLS."""
NO_ROOT = "root certificate file"
"""The start of what the driver says if nobody told it which authority to trust."""

NOT_PEM = ("PEM_LIB", "NO_CERTIFICATE_OR_CRL_FOUND", "NO_START_LINE")
"""OpenSSL's names of the error that a file without a certificate, or without a key, causes."""


def reason(error: BaseException) -> str:
    """Return one line that says what failed, with what to do where that is known."""
    said = (str(error).strip() or type(error).__name__).splitlines()[0]
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_certificate(error.verify_message)
    if isinstance(error, ssl.SSLError) and error.reason in NOT_PEM:
        return f"the file of sslrootcert, sslcert, sslkey or sslcrl is not in PEM form: {said}"
    if isinstance(error, asyncpg.exceptions.TargetServerAttributeNotMatched):
        return "none of its hosts takes writes now, as target_session_attrs in the address demands"
    if isinstance(error, ConnectionError) and NO_TLS in said:
        return f"{said}: turn TLS on there, or write sslmode=disable in the address"
    if isinstance(error, asyncpg.InterfaceError) and said.startswith(NO_ROOT):
        return f"{said}: name the file of the certificate's authority by sslrootcert in the address"
    return f"{said}: it did not answer in time" if said == TimeoutError.__name__ else said


def _of_certificate(said: str) -> str:
    if said.startswith(NAME_MISMATCH):
        return (
            f"the server's certificate is for another host ({said.rstrip('.')}): write the host"
            " that it is for, or sslmode=verify-ca"
        )
    return (
        f"the server's certificate is not trusted ({said}): name the file of its authority by"
        " sslrootcert in the address, or sslrootcert=system if the machine trusts it"
    )
