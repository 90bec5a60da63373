"""Readers of shops' webhooks: a pure function for each shop, which never raises.

Each makes a reading of a body: an order, a reason to ignore it, or a problem that names the field.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from models.enums.sources import SourceKind
from sources.readers.shopify import read_shopify
from sources.readers.woocommerce import read_woocommerce
from sources.readings import Reading

ReadBody = Callable[[bytes, Mapping[str, str]], Reading]
"""Reads a body and the kept headers, by their names in lower case."""

READERS: Mapping[SourceKind, ReadBody] = MappingProxyType(
    {SourceKind.SHOPIFY: read_shopify, SourceKind.WOOCOMMERCE: read_woocommerce}
)
