"""Planning: an operation's document becomes plain selections, and each root field a read plan."""
