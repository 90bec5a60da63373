"""Planning: turns an operation's document into selections, and each root field into a plan."""
