"""One command in one transaction: its rows, its changes in the log, its retries."""
