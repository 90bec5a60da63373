"""Forecasts: how many orders are expected, from how many there were."""
