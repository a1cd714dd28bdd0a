"""What a run knows about a cause: whose password, which ARN, which account."""

from __future__ import annotations

import pytest

from agentcore_probe.judge.run_values import run_values
from agentcore_probe.model.environment import Environment, RuntimeTarget
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.record import Provenance, RunRecord
from agentcore_probe.report.messages import messages

ARN = "arn:aws:bedrock-agentcore:us-east-1:111111111111:runtime/my_agent-ABCDEFGHIJ"
PASSWORD = SecretReference(source="env", name="PROBE_PASSWORD")


def record(caller: str | None = None, username: str = "probe") -> RunRecord:
    identity = Identity(username=username, password=PASSWORD)
    provenance = Provenance(caller=caller, account=caller.split(":")[4] if caller else None)
    environment = Environment(name="prod", runtime=RuntimeTarget(arn=ARN), identity=identity)
    return RunRecord(environment=environment, provenance=provenance)


@pytest.mark.parametrize(
    ("username", "fix"),
    [
        ("probe", "Check the user name probe and the password in the variable PROBE_PASSWORD. If both are right, "),
        ("USER", "[identity] username is still the placeholder USER: replace it with a user of the pool."),
    ],
)  # fmt: skip
def test_a_wrong_password_is_first_a_matter_of_the_environment_file(username: str, fix: str) -> None:
    """The variable and the name, before the user pool."""
    values = run_values("wrong-password", record(username=username))
    assert messages("en").cause("wrong-password.fix", values).startswith(fix)


@pytest.mark.parametrize(
    ("caller", "why", "fix"),
    [
        (None, f"Requested: {ARN} (region us-east-1, account 111111111111). Either the ARN", "Compare the ARN's region"),
        ("arn:aws:iam::111111111111:user/a", "AWS caller: arn:aws:iam::111111111111:user/a. Either the ARN", "Compare the ARN's region"),
        ("arn:aws:iam::222222222222:user/a", "The AWS caller belongs to another account: 222222222222.", "Use a profile of the Runtime's account (111111111111),"),
    ],
)  # fmt: skip
def test_a_runtime_that_was_not_found_is_named_with_account_and_caller(
    caller: str | None, why: str, fix: str
) -> None:
    """Whether the ARN's account is the caller's decides what to do."""
    values = run_values("runtime-not-found", record(caller))
    assert why in messages("en").cause("runtime-not-found.why", values)
    assert messages("en").cause("runtime-not-found.fix", values).startswith(fix)


def test_other_causes_need_nothing_of_the_run() -> None:
    """Their values come from the exchange."""
    assert run_values("token-expired", record()) == {}
