"""What the promises' tests tried and found, by name."""

from __future__ import annotations

from collections import Counter

TRIED: Counter[str] = Counter()
