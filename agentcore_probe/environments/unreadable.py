"""The errors of a target that does not exist, and of an account of which nothing can be read."""

from __future__ import annotations

from collections.abc import Sequence

from agentcore_probe.access.aws_login import cause_of_code
from agentcore_probe.access.reads import MISSING, FailedRead
from agentcore_probe.documentation import documentation
from agentcore_probe.environments.login_error import login_error
from agentcore_probe.errors import InputError, NoIdentityError, ProbeError, UnreachableError
from agentcore_probe.model.configuration import NO_GATEWAY_ID, Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.inventory import Inventory
from agentcore_probe.model.record import AwsLogin

_UNREACHABLE = {"EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError"}


def check_lists(inventory: Inventory, failed: Sequence[FailedRead], where: str) -> None:
    """Raises where no kind of resource could be listed.

    Args:
        inventory: what was listed.
        failed: the reads that were not answered.
        where: names the command line in errors.

    Raises:
        NoIdentityError: the credentials may not list anything.
        UnreachableError: nothing answered.
    """
    if len(inventory.unlisted) < 3:
        return
    reads = [read for read in failed if read.operation.startswith("list_")]
    actions = ", ".join(dict.fromkeys(read.action for read in reads if read.is_denied))
    page = documentation("permissions")
    hint = f"Allow {actions}" if actions else f"Give AWS credentials that may list it ({page})"
    raise reading_error(
        [read.reason for read in reads] or ["too many pages"],
        f"nothing could be listed in {inventory.region}",
        where,
        f"{hint}, or name a target by its ARN",
    )


def check_readable(targets: Environment, deployed: Configuration) -> None:
    """Raises where a target does not exist, or nothing could be read.

    Args:
        targets: the Runtime and the Gateway.
        deployed: what was read of them.

    Raises:
        InputError: a target does not exist.
        NoIdentityError: the credentials may not read any target.
        UnreachableError: nothing answered.
    """
    parts = {"Runtime": deployed.runtime, "Gateway": deployed.gateway, "harness": deployed.harness}
    reasons = {kind: part.unreadable for kind, part in parts.items() if part is not None}
    for kind, reason in reasons.items():
        if reason == NO_GATEWAY_ID:
            raise InputError(
                "this URL does not contain the Gateway's id, by which it is read",
                where="--gateway",
                hint="Give the Gateway's name, id or ARN, and add this URL as url to the file",
            )
        if reason in MISSING:
            raise InputError(
                f"{kind} not found ({reason})",
                where=f"--{kind.lower()}",
                hint="Check its id, the region, and the account of the credentials; "
                "`agentcore-probe discover` lists what there is",
            )
    if all(reasons.values()):
        raise reading_error(
            [reason for reason in reasons.values() if reason],
            "what is deployed could not be read",
            f"environment {targets.name}",
            f"Give AWS credentials that may read it ({documentation('permissions')}), or write the file by hand: "
            "agentcore-probe init has an example",
        )


def reading_error(reasons: Sequence[str], what: str, where: str, hint: str) -> ProbeError:
    """The error where nothing could be read: `UnreachableError` where nothing answered, else `NoIdentityError`.

    Args:
        reasons: of the reads.
        what: a sentence that says what could not be read.
        where: names the command line in errors.
        hint: how to fix it.
    """
    why = ", ".join(dict.fromkeys(" ".join(reason.split()) for reason in reasons))
    if set(reasons) <= _UNREACHABLE:
        return UnreachableError(f"nothing answered ({why})", where=where)
    causes = {cause_of_code(reason) for reason in reasons}
    if len(causes) == 1 and (cause := causes.pop()) is not None:
        return login_error(AwsLogin(cause=cause), where=where)
    return NoIdentityError(f"{what} ({why})", where=where, hint=hint)
