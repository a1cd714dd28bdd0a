"""Counts of what the tests behind docs/security.md tried."""

from __future__ import annotations

from collections import Counter

FIGURES: Counter[str] = Counter()
"""Count by description; `make promises` prints it."""
