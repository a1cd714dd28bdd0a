"""The phases of a run that whoever shows its progress must know."""

from __future__ import annotations

PROMPT = "mfa-code"
"""The user is asked for the MFA code of an AWS profile: until it is done, nothing else may be written to the terminal."""
