"""`discover`: writes an environment file from what is deployed."""

from __future__ import annotations

from agentcore_probe import api
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.printable import printable


def run(  # noqa: PLR0913  (one argument an option)
    name: str,
    *,
    runtime: str | None,
    gateway: str | None,
    region: str | None,
    profile: str | None,
    username: str | None,
) -> int:
    """Writes the file, prints its path and what is left to do in it, and returns 0.

    Args:
        name: as for `api.discover`, like the others.
        runtime: the Runtime's ARN.
        gateway: the Gateway's id, or its URL.
        region: the AWS region.
        profile: the AWS profile to read with.
        username: the Cognito user to log in as.

    Raises:
        ProbeError: as `api.discover`.
    """
    path, todo = api.discover(
        name, runtime=runtime, gateway=gateway, region=region, profile=profile, username=username
    )
    print(printable(f"Written: {display_path(path)}"))
    for sentence in (*todo, f"Then: agentcore-probe report {name}"):
        print(printable(f"- {sentence}"))
    return 0
