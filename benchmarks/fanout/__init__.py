"""`python -m benchmarks.fanout`: the cost of subscriptions beside a minimal websocket server."""
