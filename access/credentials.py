"""Credentials: what a request brings to prove who calls."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials of a request that has more than a header `Authorization`.

    `session` is the token of the cookie of a staff session, and `actor` the value of the header
    `Whereabouts-Actor`, the person for whom an API key acts.
    """

    authorization: str | None = field(default=None, repr=False)
    session: str | None = field(default=None, repr=False)
    actor: str | None = None


Authorization = Credentials | str | None
"""The credentials of a request: most have only a header `Authorization`, or nothing."""
