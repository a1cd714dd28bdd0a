"""What a run reaches the world through; a plan passes parts that send nothing."""

from __future__ import annotations

from dataclasses import dataclass

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.person import Person
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.probes.context import CommandRunner
from agentcore_probe.probes.evidence import Evidence


@dataclass(frozen=True)
class Parts:
    """The parts of a run."""

    aws: Aws
    """Credentials, signatures and reads."""
    store: SecretStore
    """Reads the secrets that the environment refers to."""
    person: Person
    """Who logs in with a browser."""
    evidence: Evidence
    """Sends the requests and keeps the exchanges."""
    run_command: CommandRunner | None = None
    """Runs the `aws` command; None: as a process."""
