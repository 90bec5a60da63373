"""How fast aggregates are read, beside hand-written SQL for the same, and how it grows."""
