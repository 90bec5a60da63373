"""The headers of requests and of responses, as ASGI has them."""

from collections.abc import Mapping

Header = tuple[bytes, bytes]
"""A name in lower case, and a value."""
Headers = Mapping[bytes, bytes]
"""The values of a request's headers by their names."""
