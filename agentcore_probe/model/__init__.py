"""The types of all facts: immutable data without behaviour."""
