"""The exchanges of a run, with what rules derive from all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.once import lazy

T = TypeVar("T")


class Related(tuple[Exchange, ...]):  # noqa: SLOT001  (results are kept in its __dict__)
    """Exchanges that may explain each other; all cases of a run have the same."""

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` returns, called once for each key.

        A rule that looked at all exchanges for each of them would take quadratic time.

        Args:
            key: what the result is called.
            make: derives it from these exchanges and the run's configuration.
        """
        if key not in self._results:
            self._results[key] = make()
        result: T = self._results[key]
        return result

    @lazy
    def _results(self) -> dict[Hashable, Any]:
        return {}
