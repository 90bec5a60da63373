"""Trusted documents: an application's build lists them, and clients request them by name."""
