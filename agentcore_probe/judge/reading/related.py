"""The exchanges of a run, with what rules work out of all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.once import lazy

T = TypeVar("T")


class Related(tuple[Exchange, ...]):  # noqa: SLOT001  (what is worked out is kept in it)
    """Exchanges that may explain each other; all cases of a run have the same."""

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` returns, worked out once: a rule that looks at all exchanges for each of them takes quadratic time.

        Args:
            key: names what is made.
            make: works it out of these exchanges, of one run.
        """
        if key not in self._results:
            self._results[key] = make()
        result: T = self._results[key]
        return result

    @lazy
    def _results(self) -> dict[Hashable, Any]:
        return {}
