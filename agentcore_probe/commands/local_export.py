"""`local --export`: starts the embedded AgentCore in the background, and prints what a shell evaluates.

    eval "$(agentcore-probe local --export)"

As with ssh-agent, the process goes on after the command, and its id is one of the variables.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from agentcore_probe.commands import streams
from agentcore_probe.model.environment import LocalSetup

_OVERRIDING = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)
"""Variables with which a client would not use the account, or not its credentials."""


def run(setup: Mapping[str, Any]) -> None:
    """Starts the embedded AgentCore and prints `export` lines.

    Args:
        setup: the fields of `LocalSetup`.

    Raises:
        LocalError: it did not start.
        ReportError: standard output cannot be written.
    """
    from agentcore_probe.local.process import LocalProcess

    process = LocalProcess(LocalSetup(**setup), is_detached=True)
    try:
        facts = process.ready().facts
        print("\n".join(lines(facts, process.id)), flush=True)
        streams.check()
    except BaseException:
        process.kill()
        raise
    print(
        f"The embedded AgentCore is process {process.id}. Stop it: kill $AGENTCORE_LOCAL_PID",
        file=sys.stderr,
    )


def lines(facts: Mapping[str, Any], process_id: int) -> Iterator[str]:
    """The lines that a POSIX shell evaluates.

    Args:
        facts: what `local --json` prints.
        process_id: the process that serves.
    """
    identity = facts["identity"]
    variables = {
        **facts["variables"],
        "AGENTCORE_LOCAL_RUNTIME_ARN": facts["runtime"]["arn"],
        "AGENTCORE_LOCAL_GATEWAY_ID": facts["gateway"]["id"],
        "AGENTCORE_LOCAL_GATEWAY_URL": facts["gateway"]["url"],
        "AGENTCORE_LOCAL_DISCOVERY_URL": identity["discovery_url"],
        "AGENTCORE_LOCAL_CLIENT_ID": identity["client_id"],
        "AGENTCORE_LOCAL_USERNAME": identity["username"],
        "AGENTCORE_LOCAL_PASSWORD": identity["password"],
        "AGENTCORE_LOCAL_PID": str(process_id),
    }
    if "harness" in facts:
        variables["AGENTCORE_LOCAL_HARNESS_ARN"] = facts["harness"]["arn"]
    if "registry" in facts:
        variables["AGENTCORE_LOCAL_REGISTRY_URL"] = facts["registry"]["url"]
    overriding = [name for name in _OVERRIDING if name not in variables]
    yield f"unset {' '.join(overriding)};"
    for name, value in variables.items():
        yield f"export {name}={shlex.quote(value)};"
