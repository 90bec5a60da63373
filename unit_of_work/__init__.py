"""One command in one transaction: its rows, its place in the log, its retries."""
