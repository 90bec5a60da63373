"""Hypothesis profiles: how many examples a property is tried with.

A test states its weight, the number of examples of the whole run (`nightly`). The profiles for
every day take a share of it, and always the same examples, so that a failure can be repeated.
"""

from hypothesis import HealthCheck, settings

DEFAULT = "ci"
WHOLE = 100
"""The examples of a property that states no weight; each profile runs a share of them."""
SHARES = {"dev": 10, "ci": 15, "nightly": WHOLE}
FEWEST = 5
"""Examples below which a share says little; a weight that is smaller is tried in full."""


def register_profiles() -> None:
    """Make the profiles known to `--hypothesis-profile`, and take the default one."""
    for name, share in SHARES.items():
        is_random = name == "nightly"
        settings.register_profile(
            name,
            max_examples=share,
            # How long an example takes depends on what else the machine does.
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            derandomize=not is_random,
            # Derandomized runs take no examples from a database. The others say how to repeat one.
            print_blob=is_random,
        )
    settings.load_profile(DEFAULT)


def scaled(weight: int) -> int:
    """Return the current profile's share of a number of examples."""
    return max(min(weight, FEWEST), round(weight * settings().max_examples / WHOLE))


def examples(weight: int, *, on_one_database: bool = False) -> settings:
    """Decorate a property to be tried with its share of so many examples.

    On one database: all examples share the fixtures of their test, which makes each start anew.
    """
    if not on_one_database:
        return settings(max_examples=scaled(weight))
    suppressed = [*settings().suppress_health_check, HealthCheck.function_scoped_fixture]
    return settings(max_examples=scaled(weight), suppress_health_check=suppressed)
