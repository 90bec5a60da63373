"""Tables, enums, and the rules that need no I/O."""
