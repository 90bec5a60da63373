"""The identity of a caller, and what the caller may read and do."""
