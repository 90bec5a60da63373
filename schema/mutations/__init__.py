"""The mutations: each is named by its noun first and runs one command."""

from schema import inputs as _registered  # noqa: F401
