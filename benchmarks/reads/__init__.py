"""The rate of reading over HTTP, beside hand-written SQL in a minimal application."""
