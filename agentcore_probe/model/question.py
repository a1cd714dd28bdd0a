"""One call to make of one target, and what is needed to understand its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agentcore_probe.model.environment import Environment
from agentcore_probe.model.methods import Target

Credential = Literal["token", "signature", "none", "unsaid"]
"""What the call carries; `unsaid`: a signature if there are AWS credentials, else nothing."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A call that was not answered as its caller expected."""

    environment: Environment
    """The target, the token's source, and what else an environment file would say."""
    target: Target
    credential: Credential
    url: str | None = None
    """The URL as it was given, where it is not the documented one of the target; it is called first."""
    body: bytes | None = None
    """Of a call at `url` to what no environment file describes (a harness); None for a Runtime and a Gateway."""
    command: str = ""
    """The command line that asks again."""

    @property
    def uses_aws(self) -> bool:
        """Whether AWS credentials are used: to sign, or because a profile was named to read what is deployed."""
        return self.credential in ("signature", "unsaid") or self.environment.profile is not None
