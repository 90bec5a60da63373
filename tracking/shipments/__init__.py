"""Shipments: creation, dispatch, amendment, and the other commands."""
