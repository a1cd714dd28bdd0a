"""`discover`: an environment file from what is deployed."""

from __future__ import annotations

from agentcore_probe import api
from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.report_writer import shown


def run(  # noqa: PLR0913  (one argument an option)
    name: str,
    *,
    runtime: str | None,
    gateway: str | None,
    region: str | None,
    profile: str | None,
    username: str | None,
) -> int:
    """Writes the file, prints where it is and what is still to do, and returns 0.

    Raises:
        ProbeError: as `api.discover`.
    """
    path, todo = api.discover(
        name, runtime=runtime, gateway=gateway, region=region, profile=profile, username=username
    )
    print(printable(f"Written: {shown(path)}"))
    for sentence in (*todo, f"Then: agentcore-probe report {name}"):
        print(printable(f"- {sentence}"))
    return 0
