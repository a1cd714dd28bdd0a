"""Comparison of an environment's runs: two of them, or all over time."""
