"""The rate of recording tracking events over HTTP, beside a hand-written baseline."""
