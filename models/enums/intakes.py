"""Enums of what other systems send us by themselves."""

from enum import StrEnum


class ReceiverType(StrEnum):
    """The kind of the receiver to whom a body was sent; it decides who reads the body."""

    SOURCE = "SOURCE"


class IntakeState(StrEnum):
    """How far a received body has come."""

    RECEIVED = "RECEIVED"
    APPLIED = "APPLIED"
    IGNORED = "IGNORED"
    FAILED = "FAILED"
