"""Benchmarks: how fast it is here, beside what could be hoped for."""
