"""Compares the runs of two environments: which difference between them explains their different results."""
