"""What an account has, and what a run of an environment needs there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe.api.naming import environment_in_errors
from agentcore_probe.environments.load import expand, find_root, load_environment
from agentcore_probe.errors import InputError
from agentcore_probe.live import open_environment
from agentcore_probe.model.inventory import Inventory

if TYPE_CHECKING:
    from agentcore_probe.doctor.examination import Group
    from agentcore_probe.environments.discovered import Discovered
    from agentcore_probe.simulation.rows import Simulation


def deployed(*, region: str | None = None, profile: str | None = None) -> Inventory:
    """The Runtimes, Gateways and harnesses of a region: all pages of their lists, and what each says of itself.

    Args:
        region: the AWS region; None takes boto3's.
        profile: the AWS profile to read with.

    Raises:
        InputError: no region is known.
        NoIdentityError: there are no credentials, or they may not list anything.
        UnreachableError: nothing answered.
    """
    from agentcore_probe.environments.discover import Discoverer

    return Discoverer(find_root(), region=region, profile=profile).details


def discover(  # noqa: PLR0913  (keyword arguments)
    name: str | None = None,
    *,
    runtime: str | None = None,
    gateway: str | None = None,
    harness: str | None = None,
    region: str | None = None,
    profile: str | None = None,
    username: str | None = None,
    force: bool = False,
    root: Path | None = None,
) -> Discovered:
    """Writes `environments/NAME.toml` from what is deployed. Only reads; sends no request to the targets.

    `deployed` lists the targets.

    Args:
        name: the new environment's name; None calls it like its target.
        runtime: the Runtime's name, id, ARN or URL.
        gateway: the Gateway's name, id, ARN or URL.
        harness: the harness's name, id or ARN: the file describes the Runtime behind it.
        region: the AWS region; None takes it from an ARN or URL, else from boto3.
        profile: the AWS profile to read with; it is written to the file.
        username: the Cognito user to log in as.
        force: whether a file that exists may be replaced; it is kept as `NAME.toml.bak`.
        root: the project's root, which contains `environments/`; None searches the working directory and its
            parents.

    Returns:
        The file, what is left to do in it, and what could not be read.

    Raises:
        InputError: no target is named, the name is invalid or already exists, or a target does not exist.
        NoIdentityError: the credentials may not read any target.
        UnreachableError: nothing answered.
        ReportError: the file cannot be written.
    """
    from agentcore_probe.environments.discover import Discoverer
    from agentcore_probe.environments.discovered import write
    from agentcore_probe.environments.naming import check_new
    from agentcore_probe.environments.resolving import region_in

    root = root or find_root()
    named = {"--runtime": runtime, "--gateway": gateway, "--harness": harness}
    texts = {option: text for option, text in named.items() if text is not None}
    if not texts:
        raise InputError(
            "no target is named", hint="Give runtime, gateway or harness; api.deployed() lists them"
        )
    if name is not None:
        check_new(name, root, force=force)
    region = region or next((found for text in texts.values() if (found := region_in(text))), None)
    discoverer = Discoverer(root, region=region, profile=profile, username=username)
    group = discoverer.named(texts)
    return write(discoverer.draft(group, name or discoverer.name_for(group, force=force)), force=force)


def doctor(*names: str, root: Path | None = None, stop: threading.Event | None = None) -> Iterator[Group]:
    """Checks what environments need, without a call of a target: the groups of lines, each as soon as it is known.

    Args:
        *names: the environments, or templates for all of their rows. Without names, this machine, the environment files and the AWS login are checked.
        root: the project's root; None searches the working directory and its parents.
        stop: set it from another thread to end it.

    Raises:
        StoppedError: `stop` was set.
    """
    from agentcore_probe.doctor.examination import examine

    root = root or find_root()
    return examine(expand(names, root), root, stop or threading.Event())


def simulate(
    name: str, principal: str, *, profile: str | None = None, root: Path | None = None
) -> Simulation:
    """Whether an IAM principal may call the targets of an environment, from policies; nothing is invoked.

    Args:
        name: the environment's name.
        principal: the ARN of a user, a role, or a session of a role.
        profile: the AWS profile that reads the principal's own policies; None: the environment's credentials.
        root: the project's root; None searches the working directory and its parents.

    Raises:
        InputError: the environment or the ARN cannot be used, or there is no such principal.
        NoIdentityError: there are no AWS credentials.
        LocalError: the embedded AgentCore did not start.
    """
    from agentcore_probe.simulation.documents import PrincipalName
    from agentcore_probe.simulation.rows import simulate as run

    PrincipalName.read(principal)  # an error before anything is started
    root = root or find_root()
    target = load_environment(name, root)
    with environment_in_errors(target, root):
        if target.record is not None:
            raise InputError("a recorded environment has no account to read policies of")
        with open_environment(target, None) as live:
            return run(live, principal, profile)
