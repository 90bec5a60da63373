"""Forecasts of the number of orders, from their number in the past."""
