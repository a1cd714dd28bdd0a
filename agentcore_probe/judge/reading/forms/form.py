"""One way in which a client writes an answer, or its absence, into a line of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from agentcore_probe.model.exchange import FaultKind

URL = r"(?:https?|wss?)://[^\s'\"<>)\]},`]{4,4000}"
"""A URL in a text."""
STATUS = r"(?P<status>[1-5]\d\d)(?![\w.]|\s{1,3}m?s\b)"
"""A status that is not part of a longer number."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """One way to write an answer."""

    name: str
    example: str
    literals: tuple[str, ...]
    """Parts, in lower case, of which a text with this form contains one."""
    pattern: str
    """A regular expression (any case) with the named groups that `find_forms` reads."""
    fault: FaultKind | None = None
    """Why there was no answer, if this form says that."""
    error_type: str = ""
    """The error type, if the form itself is about one."""
    program: str = ""
    """The kind of client that writes so (`Part.program`)."""

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.pattern, re.I | re.M)
