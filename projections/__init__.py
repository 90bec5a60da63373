"""Consumers of the change log, each of which keeps something that is derived from it."""
