"""`python -m benchmarks.fanout`: what following costs, beside a bare websocket application."""
