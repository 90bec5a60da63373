"""The latency of aggregates, beside hand-written SQL, and its growth with the dataset."""
