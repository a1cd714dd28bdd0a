"""Reads what was sent and answered: a recorded exchange, a case file, or text that somebody pasted."""
