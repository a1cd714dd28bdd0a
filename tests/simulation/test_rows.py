"""`simulate`: what a principal may do in the embedded account, read over sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.errors import InputError
from agentcore_probe.judge.policy.evaluation import Decision
from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.simulation.rows import RUNTIME_ACTIONS, Simulation, simulate
from agentcore_probe.simulation.simulator import as_far_as_known
from tests.access.servers import http_answer, recording
from tests.conftest import Command, environment_file
from tests.embedded import started

IAM = LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam")
ACCOUNT = "arn:aws:iam::123456789012"


def simulated(
    ready: Mapping[str, Any], principal: str, setup: LocalSetup = IAM, **endpoints: str
) -> Simulation:
    live = with_embedded(Environment(name="t", local=setup), ready)
    own = {**live.environment.endpoints, **endpoints}
    object.__setattr__(live, "environment", live.environment.model_copy(update={"endpoints": own}))
    return simulate(live, principal)


def outcomes(simulation: Simulation) -> dict[str, str]:
    return {row.action.partition(":")[2]: row.decision.outcome for row in simulation.rows}


@pytest.mark.parametrize(
    ("principal", "outcome", "by"),
    [
        ("user/probe", "allowed", "statement Invoke of policy agentcore-probe of user probe"),
        ("role/probe-closed", "allowed", "statement Invoke of policy policy-1 of role probe-closed"),
        ("role/local-agent", "not-allowed", None),
    ],
)
def test_principals_of_the_account(
    agentcore_iam: Mapping[str, Any], principal: str, outcome: str, by: str | None
) -> None:
    """Also a role that this caller may not assume; the statement that decides is named, or the missing one given."""
    simulation = simulated(agentcore_iam, f"{ACCOUNT}:{principal}")
    found = outcomes(simulation)
    assert len(found) == len(RUNTIME_ACTIONS) + 1
    assert {found["InvokeAgentRuntime"], found["InvokeGateway"]} == {outcome}
    assert found["InvokeAgentRuntimeCommandShell"] == "not-allowed"
    assert simulation.is_allowed == (outcome == "allowed")
    if by is not None:
        assert by in simulation.rows[0].decision.by
        assert not simulation.statements
        return
    ((place, policy),) = simulation.statements.items()
    assert place == f"a policy of {ACCOUNT}:{principal}"
    arn = agentcore_iam["runtime"]["arn"]
    resources = json.loads(policy)["Statement"][0]["Resource"]
    assert resources == [arn, f"{arn}/runtime-endpoint/DEFAULT"]


def test_a_session_is_its_role(agentcore_iam: Mapping[str, Any]) -> None:
    """STS shows callers by the ARN of their session."""
    session = "arn:aws:sts::123456789012:assumed-role/probe-closed/me"
    simulation = simulated(agentcore_iam, session)
    assert simulation.principal == f"{ACCOUNT}:role/probe-closed"
    assert simulation.is_allowed


def test_another_account_needs_a_resource_policy(agentcore_iam: Mapping[str, Any]) -> None:
    """Its own policies are not read from a role of the same name here."""
    principal = "arn:aws:iam::222222222222:role/probe-closed"
    simulation = simulated(agentcore_iam, principal)
    assert outcomes(simulation)["InvokeAgentRuntime"] == "not-allowed"
    assert simulation.rows[0].decision.lacks == ("resource",)
    arn = agentcore_iam["runtime"]["arn"]
    for place in (arn, f"{arn}/runtime-endpoint/DEFAULT"):
        statement = json.loads(simulation.statements[f"the resource policy of {place}"])["Statement"][0]
        assert (statement["Principal"], statement["Resource"]) == ({"AWS": principal}, place)


def test_what_is_not_read_is_not_concluded() -> None:
    """Neither targets nor resource policies can be read; the reason is given with the action."""
    setup = IAM.model_copy(update={"faults": ("control-plane-denied",)})
    with started(setup) as ready:
        simulation = simulated(ready, f"{ACCOUNT}:user/probe", setup)
    assert set(outcomes(simulation).values()) == {"unknown"}
    assert not simulation.is_allowed
    assert any("GetResourcePolicy" in what for what in simulation.rows[0].decision.depends)


def test_callers_with_a_token() -> None:
    """A JWT authorizer takes no signature; a resource policy decides about everyone with a token."""
    setup = LocalSetup(faults=("command-denied-by-policy",))
    with started(setup) as ready:
        simulation = simulated(ready, f"{ACCOUNT}:user/probe", setup)
    found = outcomes(simulation)
    assert (found["InvokeAgentRuntimeCommand"], found["InvokeGateway"]) == ("denied", "allowed")
    assert found["InvokeAgentRuntime"] == "depends"  # the Deny is about one action, and nothing is allowed
    assert all(row.is_bearer for row in simulation.rows)
    assert any("refuses every signature" in note for note in simulation.notes)


def test_a_principal_whose_signature_is_refused_may_not_call(agentcore: Mapping[str, Any]) -> None:
    """Whatever its policies allow: they are not asked, and decide nothing about callers with a token."""
    simulation = simulated(agentcore, f"{ACCOUNT}:user/probe", LocalSetup())
    assert not simulation.is_allowed
    assert all(row.refuses_signatures for row in simulation.rows)
    assert not any("of user probe" in name for row in simulation.rows for name in row.decision.by)


_SIMULATOR = """<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
<SimulatePrincipalPolicyResult><EvaluationResults><member>
<EvalActionName>bedrock-agentcore:InvokeAgentRuntime</EvalActionName><EvalDecision>{decision}</EvalDecision>
<MissingContextValues>{missing}</MissingContextValues></member></EvaluationResults></SimulatePrincipalPolicyResult>
</SimulatePrincipalPolicyResponse>"""


@pytest.mark.parametrize(
    ("decision", "missing", "outcome"),
    [
        ("allowed", "", "allowed"),
        ("explicitDeny", "", "denied"),
        ("implicitDeny", "", "not-allowed"),
        ("allowed", "<member>aws:SourceVpce</member>", "unknown"),
    ],
)
def test_the_simulator_serves_where_documents_cannot_be_read(
    agentcore_iam: Mapping[str, Any], decision: str, missing: str, outcome: str
) -> None:
    """Its result counts like the documents, unless it says that it lacks a value."""
    text = _SIMULATOR.format(decision=decision, missing=missing)
    with recording([], http_answer(text.encode(), "Content-Type: text/xml")) as url:
        simulation = simulated(agentcore_iam, f"{ACCOUNT}:role/unreadable", iam=url.rstrip("/"))
    assert outcomes(simulation)["InvokeAgentRuntime"] == outcome
    assert outcomes(simulation)["InvokeGateway"] == "unknown"  # of which this simulator says nothing


def test_an_unknown_authorizer_is_not_assumed_to_take_signatures() -> None:
    """An Allow is then not enough: one that takes tokens refuses every signature."""
    decision = Decision("allowed", by=("statement 1 of policy p",))
    found = as_far_as_known(decision, "Gateway", None, None)
    assert (found.outcome, found.depends) == ("unknown", ("could not be read: the Gateway's authorizer",))
    assert as_far_as_known(decision, "Gateway", "AWS_IAM", None) == decision


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ({"EvalDecision": "explicitDeny"}, "denied"),
        ({"EvalDecision": "explicitDeny", "MissingContextValues": ["aws:SourceVpce"]}, "allowed"),
        ({"EvalDecision": "implicitDeny"}, "allowed"),  # a resource policy may allow it
    ],
)
def test_a_deny_that_only_the_simulator_sees_counts(result: Mapping[str, Any], outcome: str) -> None:
    """It sees policies that no document shows."""
    assert as_far_as_known(Decision("allowed"), "Runtime", "AWS_IAM", result).outcome == outcome


@pytest.mark.parametrize("principal", ["nobody", f"{ACCOUNT}:group/g", f"{ACCOUNT}:role/"])
def test_what_is_not_a_principal_is_an_error(command_here: Command, principal: str) -> None:
    """Exit 2, and one line, before anything is started."""
    result = command_here("simulate", "local-iam", "--principal", principal)
    assert (result.returncode, result.stdout) == (2, "")
    assert "is not the ARN of a user, a role or a role's session" in result.stderr


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("role/absent", "Check the name"),
        ("role/path/probe-closed", f"Its ARN is {ACCOUNT}:role/probe-closed"),
    ],
)
def test_a_principal_that_does_not_exist(agentcore_iam: Mapping[str, Any], name: str, hint: str) -> None:
    """Nothing is concluded about it, nor about one of the same name in another path."""
    with pytest.raises(InputError, match=f"there is no role {ACCOUNT}:{name}") as error:
        simulated(agentcore_iam, f"{ACCOUNT}:{name}")
    assert error.value.hint == hint


def test_the_command_prints_rows_and_the_policy(
    command_here: Command, project: Path, agentcore_iam: Mapping[str, Any]
) -> None:
    """JSON has the same; exit 1, since the calls of a run are not allowed."""
    id = agentcore_iam["gateway"]["id"]
    file = environment_file(agentcore_iam).replace(
        f'url = "{agentcore_iam["gateway"]["url"]}"', f'id = "{id}"'
    )
    (project / "environments" / "prod.toml").write_text(file)
    words = ("simulate", "prod", "--principal", f"{ACCOUNT}:role/local-agent")
    env = {
        "AWS_ACCESS_KEY_ID": agentcore_iam["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": agentcore_iam["aws"]["secret_access_key"],
    }
    result = command_here(*words, env=env)
    assert (result.returncode, result.stderr) == (1, "")
    assert "  not allowed  bedrock-agentcore:InvokeAgentRuntime\n" in result.stdout
    assert '"Action": "bedrock-agentcore:InvokeGateway"' in result.stdout
    document = json.loads(command_here(*words, "--json", env=env).stdout)
    assert (document["exit_code"], len(document["rows"])) == (1, len(RUNTIME_ACTIONS) + 1)


def test_a_recorded_environment_has_no_account(command_here: Command, project: Path) -> None:
    """Exit 2."""
    result = command_here("simulate", "sample", "--principal", f"{ACCOUNT}:user/probe")
    assert result.returncode == 2
    assert "a recorded environment has no account" in result.stderr
