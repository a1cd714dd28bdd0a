"""What an answer shows about authorization."""

from __future__ import annotations

from typing import Literal

Decision = Literal["accepted", "refused", "undecided"]
"""Whether the caller was accepted (docs/diagnosis.md)."""
