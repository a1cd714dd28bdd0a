"""Runs of one environment compared: two of them, or all over time."""
