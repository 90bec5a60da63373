"""Faults: everything that can break is broken while orders change, and nobody may miss a change."""
