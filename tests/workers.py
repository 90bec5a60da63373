"""Which tests a worker of pytest-xdist runs: all those of some places, or one after another."""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    # They stop servers and time what comes of it, all on one stage.
    "tests/faults/",
    # They share the module's servers.
    "tests/devservices/",
    # They share a browser.
    "tests/clients/test_event_source.py",
)
"""Places whose tests go to one worker, one after another. (The marker `xdist_group` would say it
where the tests are, but pytest-xdist 3.8 does not see it with pytest 9.2.)"""


class Schedule(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out the places first, for they take longest, then every other test by itself."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)
