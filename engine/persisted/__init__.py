"""Trusted documents: those that an application's build has written down, asked for by name."""
