"""The settings of what the service tells about itself: its log, its metrics and its traces."""

from typing import Annotated

from pydantic import BeforeValidator

from settings.names import NamedSettings
from settings.values import (
    read_host,
    read_log_format,
    read_log_level,
    read_optional_port,
    read_switch,
)
from urls import read_public_url

Switch = Annotated[bool, BeforeValidator(read_switch)]


class MonitoringSettings(NamedSettings):
    """Settings that change nothing of what clients are answered."""

    log_level: Annotated[str, BeforeValidator(read_log_level)] = "info"
    """The least severe level that is logged."""
    log_format: Annotated[str, BeforeValidator(read_log_format)] = "text"
    """Whether a line of the log is a text, or a JSON object."""
    access_log: Switch = True
    """Whether each operation is logged in a line."""
    metrics_port: Annotated[int | None, BeforeValidator(read_optional_port)] = None
    """TCP port on which Prometheus reads metrics; None for no metrics."""
    metrics_host: Annotated[str, BeforeValidator(read_host)] = "127.0.0.1"
    """Address on which Prometheus reads metrics."""
    tracing_url: Annotated[str, BeforeValidator(read_public_url)] = ""
    """Address of the OpenTelemetry collector that spans are sent to; empty for no tracing."""
