"""Enums of order sources."""

from enum import StrEnum


class SourceKind(StrEnum):
    """The shop system of a source, which decides how its webhooks are signed and read."""

    SHOPIFY = "SHOPIFY"
    WOOCOMMERCE = "WOOCOMMERCE"
