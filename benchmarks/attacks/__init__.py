"""Attacks on the service, and what they do to everybody else."""
