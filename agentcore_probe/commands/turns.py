"""Which environments may run at the same time: so many in all, and so many of one account."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from agentcore_probe.commands.limits import Limits
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.hosts import LOOPBACK

Place = tuple[str, ...]
"""What environments share that bears few of them at a time; empty: nothing."""
HERE: Place = ("this machine",)
"""The place of environments that need this machine's work: an embedded AgentCore, or a record to read."""


class Turns:
    """Counts the environments that run.

    Args:
        limits: how many may run at the same time.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._running: Counter[Place] = Counter()

    @property
    def is_free(self) -> bool:
        """Whether one more environment may run, wherever it is."""
        return self._running.total() < self._limits.concurrency

    def take(self, place: Place) -> bool:
        """Whether an environment of this place may run now; it is then counted."""
        if not self.is_free or (place and self._running[place] >= self._limit(place)):
            return False
        self._running[place] += 1
        return True

    def _limit(self, place: Place) -> int:
        return self._limits.jobs if place == HERE else self._limits.per_account

    def end(self, place: Place) -> None:
        """An environment of this place has ended."""
        self._running[place] -= 1


def place_of(environment: Environment) -> Place:
    """Host and account that an environment calls; empty where both are this machine's own service.

    Args:
        environment: as its file describes it.
    """
    if environment.local is not None or environment.record is not None:
        return HERE
    endpoint = environment.endpoints.get("bedrock-agentcore")
    if endpoint is not None and urlsplit(endpoint).hostname in LOOPBACK:
        return ()
    arn = read_arn(environment.runtime.arn) if environment.runtime is not None else None
    role = read_arn(environment.role_arn) if environment.role_arn is not None else None
    region = environment.region or (arn.region if arn else None) or ""
    account = (arn and arn.account) or (role and role.account)
    host = urlsplit(endpoint).netloc if endpoint is not None else region
    return host, account or environment.profile or ""
