"""Regular expressions that are compiled when they are first used.

The modules have hundreds of them, and a command needs a few dozen; to compile all takes a tenth of its start.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, Generic, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


class Regex(Generic[AnyStr]):
    """An expression with the attributes of `re.Pattern`, which it takes over from the compiled one."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """An attribute that is not there yet."""
        compiled = re.compile(self.pattern, self._flags)
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        return getattr(compiled, name)


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` returns, but compiled later; an error in the pattern is raised then.

    Args:
        pattern: the regular expression.
        flags: as for `re.compile`.
    """
    return cast("re.Pattern[AnyStr]", Regex(pattern, flags))
