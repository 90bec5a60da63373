"""The settings of how much clients may ask for in a period of time."""

from typing import Annotated

from settings.names import PREFIX, NamedSettings
from settings.values import whole_number

Rate = Annotated[int, whole_number(0, 100_000_000)]


class LimitSettings(NamedSettings):
    """Limits of a client's requests; 0 limits nothing."""

    requests_per_minute_per_address: Rate = 600
    """Requests and operations of one client address without a key, in a minute."""
    requests_per_minute_per_key: Rate = 600
    """Requests and operations of one key, in a minute."""
    lookups_per_minute: Rate = 60
    """Orders that one client address without a key looks up by their tracking ids, in a minute."""
    lookups_per_day: Rate = 600
    """The same, in a day."""
    cost_per_minute_per_address: Rate = 10_000
    """The cost of all operations of one client address without a key, in a minute."""
    cost_per_minute_per_key: Rate = 200_000
    """The cost of all operations of one key, in a minute."""


UNLIMITED = {PREFIX + name.upper(): "0" for name in LimitSettings.model_fields}
"""The environment in which nothing is limited: programs that measure or test a server send more
than any client may."""
