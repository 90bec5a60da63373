"""Facts: the tables, the closed lists, and the rules that need no I/O."""
