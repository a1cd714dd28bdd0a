"""What a run knows about a cause besides the exchange: the login's settings, the ARN and the AWS caller."""

from __future__ import annotations

from agentcore_probe.flows.flow import PLACEHOLDER_USERNAME
from agentcore_probe.model.environment import RuntimeTarget
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.record import RunRecord


def run_values(cause: str, record: RunRecord) -> dict[str, str]:
    """Values of the texts of `cause`, as far as `record` has them."""
    if cause == "wrong-password" and record.environment.identity is not None:
        return _login(record.environment.identity)
    if cause == "runtime-not-found" and record.environment.runtime is not None:
        return _runtime(record.environment.runtime, record)
    return {}


def _login(identity: Identity) -> dict[str, str]:
    values = {"username": identity.username or ""}
    if identity.username == PLACEHOLDER_USERNAME:
        values["form"] = "placeholder"
    if identity.password is not None and identity.password.source == "env":
        values["variable"] = identity.password.name
    return values


def _runtime(runtime: RuntimeTarget, record: RunRecord) -> dict[str, str]:
    account, caller_account = runtime.arn.split(":")[4], record.provenance.account
    values = {
        "arn": runtime.arn,
        "region": runtime.region,
        "account": account,
        "caller": record.provenance.caller or "",
    }
    if caller_account not in (None, account):
        values["other-account"] = str(caller_account)
    return values
