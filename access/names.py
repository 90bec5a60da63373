"""Names of those who act: API keys, persons and order sources, by which the log calls them."""

from access.viewer import ANONYMOUS, LINK_HOLDER, SYSTEM
from errors import Invalid
from models import values
from models.api_keys import KEY_NAME_LENGTH

RESERVED_NAMES = frozenset({ANONYMOUS.name, LINK_HOLDER, SYSTEM.name, "import", "playbook"})
"""The log's names of actors of its own. Those of playbooks have more behind a colon."""


def checked_name(name: str) -> str:
    """Return the name. Raises Invalid for one that is empty, too long or reserved."""
    if name.partition(":")[0].strip().lower() in RESERVED_NAMES:
        raise Invalid("The log uses this name for an actor of its own; choose another.", ("name",))
    return values.text(name, KEY_NAME_LENGTH, "name")
