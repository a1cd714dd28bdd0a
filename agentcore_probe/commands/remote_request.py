"""What travels between a client and the workers of a cluster: plain facts, references to secrets, never a secret."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import Field

from agentcore_probe import __version__
from agentcore_probe.extensions.find import find_extensions
from agentcore_probe.model.base import Frozen
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.forgeries import ControlLevel


class RemoteRequest(Frozen):
    """What the client asks for. It refers to secrets and never contains one."""

    version: str = __version__
    """Of the client's agentcore-probe: a worker that comes late may have another one."""
    environment: Environment
    run: str
    """The run's id."""
    location: str
    """The storage that client and workers share: an absolute path, or `s3://bucket/prefix`."""
    name: str
    """Of the report's folder, which the client reserved: its time."""
    languages: tuple[str, ...] = ()
    notebook: str | None = None
    """The notebook that makes the page, as JSON; None: the built-in one."""
    experiments: bool = True
    controls: ControlLevel = "all"
    history: bool = False
    """Whether the page gets a section with the environment's history."""
    wait: float = 0
    """Minutes to wait at most until the targets can be called."""
    extensions: dict[str, str] = Field(default_factory=dict)
    """The team's own checks and sections that the client has (`extension_versions`)."""


class RemoteResult(Frozen):
    """How it ended. The record and the page are in the storage."""

    extensions: tuple[ExtensionResult, ...] = ()
    """What the team's own checks and sections said, without what they show."""
    error: dict[str, Any] | None = None
    """`ProbeError.as_json`, where there is no page."""


def extension_versions(root: Path) -> dict[str, str]:
    """The checks and sections of a project, each with the digest of its file; of a package, its version is in the name."""
    return {
        extension.shown: sha256((root / extension.name).read_bytes()).hexdigest() if extension.is_file else ""
        for extension in find_extensions(root)
    }
