"""Reaches out: identities, URLs, one request to one exchange, deployed configuration."""
