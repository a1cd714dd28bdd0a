"""Reads an exchange to diagnose: from a record, a case file, or pasted text."""
