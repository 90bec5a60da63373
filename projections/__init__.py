"""Consumers of the change log, each of which keeps up something that is derived from it."""
