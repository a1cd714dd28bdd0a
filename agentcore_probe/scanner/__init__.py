"""Finds registered texts inside other texts: whole, in fragments, with separators, escaped or encoded.

The time of a scan depends on the length of the text, not on the number of registered texts:

- A long text (at least `LONG` ASCII letters and digits) is remembered by every sequence of 8 of them. A scanned
  text is reduced to its letters and digits, and every sixteenth sequence is looked up. Where one is known, the run
  of known sequences around it is measured, and counts if it has at least `LONG` characters.
- A short text is remembered as a whole, in its encoded forms, and searched for where all of its 4-byte words occur.

Instead of remembering each encoding of a long text, the scanned text is decoded: percent, backslash and HTML
escapes (`escapes`), base64, hexadecimal, and reversed (`encodings`).
"""

from __future__ import annotations

from agentcore_probe.scanner.encodings import MIN_LENGTH
from agentcore_probe.scanner.index import Occurrence
from agentcore_probe.scanner.scan import LONG, Scanner

__all__ = ["LONG", "MIN_LENGTH", "Occurrence", "Scanner"]
