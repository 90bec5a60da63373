"""Benchmarks: each measures a part of the service beside a baseline, in the same run."""
