"""How fast tracking events come in: measured over HTTP, beside a hand-written program."""
