"""Background work: supervised tasks, backoff and micro-batches."""
