"""Long-running tasks: supervision, backoff and micro-batches."""
