"""Fault injection: faults break the environment while orders change, and no subscriber may miss a
change."""
