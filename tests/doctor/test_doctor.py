"""`doctor`: each line is ok or says what to do, and nothing is invoked."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.doctor.checks.permissions import _call_line
from agentcore_probe.doctor.examination import all_checks
from agentcore_probe.extras import EXTRAS
from agentcore_probe.judge.policy.evaluation import Decision
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.simulation.documents import PREFIX
from agentcore_probe.simulation.rows import Row
from tests.access.servers import http_answer, recording
from tests.conftest import Command, environment_file
from tests.embedded import started
from tests.promises.test_least_privilege import ACTIONS

Lines = dict[str, dict[str, Any]]


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No AWS settings, no proxy, no authorities of whoever runs the tests, and no `aws`, which takes a second."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy") or name.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def variables(ready: Mapping[str, Any]) -> dict[str, str]:
    """The credentials of a running embedded AgentCore, as a user has them."""
    return {
        "AWS_ACCESS_KEY_ID": ready["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": ready["aws"]["secret_access_key"],
        "T_PASSWORD": ready["identity"]["password"],
    }


def examined(
    command: Command, project: Path, file: str, env: Mapping[str, str], name: str = "prod"
) -> tuple[int, Lines]:
    """The exit code, and each line by its id, of `doctor NAME` with this environment file."""
    (project / "environments" / f"{name}.toml").write_text(file)
    result = command("doctor", name, "--json", env=env)
    document = json.loads(result.stdout)
    assert document["exit_code"] == result.returncode
    return result.returncode, {line["id"]: line for group in document["groups"] for line in group["lines"]}


def test_with_nothing_configured_it_says_how_to_start(command_here: Command) -> None:
    """No account, no region, no network: no problem, and the next step."""
    result = command_here("doctor")
    assert (result.returncode, result.stderr) == (0, "")
    assert "warning  no AWS credentials were found" in result.stdout
    assert "agentcore-probe report local" in result.stdout
    assert all(len(line) < 80 for line in result.stdout.splitlines())


def test_the_variable_that_names_the_region_is_named(command_here: Command) -> None:
    """The one that wins (docs/aws.md)."""
    result = command_here("doctor", env={"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"})
    assert "region eu-west-1 (AWS_REGION)" in result.stdout


def test_what_is_ready_is_ok(command_here: Command, project: Path, agentcore: Mapping[str, Any]) -> None:
    """All but the `aws` command, and a Gateway whose URL has no id; the password is nowhere.

    A boto3 before 1.44.8 lacks two operations, which is a warning at most.
    """
    code, lines = examined(command_here, project, environment_file(agentcore), variables(agentcore))
    assert code == 0
    assert lines.pop("versions-boto3")["status"] in ("ok", "warning")
    assert [id for id, line in lines.items() if line["status"] != "ok"] == [
        "versions-aws",
        "permissions-gateway",
    ]
    prefixes = {id.partition("-")[0] for id in lines}
    assert prefixes == {"versions", "files", "login", "reach", "clock", "permissions", "secrets", "settings"}
    assert len(prefixes) == len(all_checks())
    assert agentcore["identity"]["password"] not in json.dumps(lines)


def test_the_embedded_agentcore_is_started_and_checked(command_here: Command) -> None:
    """Of a [local] environment; each action of the documented policy is looked at."""
    result = command_here("doctor", "local")
    assert result.returncode == 0
    assert "local: Settings" in result.stdout
    assert "credentials from the embedded AgentCore" in result.stdout
    assert [action for action in ACTIONS if f"  {action}" not in result.stdout] == []


def test_no_request_invokes_anything(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """The data plane and the Gateway get one HEAD / without a credential each."""
    requests: list[bytes] = []
    with recording(requests, http_answer(b"", status="404 Not Found")) as url:
        file = environment_file(agentcore)
        for target in (agentcore["endpoints"]["bedrock-agentcore"], agentcore["gateway"]["url"]):
            file = file.replace(f'"{target}"', f'"{url.rstrip("/")}"')
        examined(command_here, project, file, variables(agentcore))
    assert len(requests) == 2
    assert all(request.startswith(b"HEAD / ") for request in requests)
    assert not any(b"authorization" in request.lower() for request in requests)


@pytest.mark.parametrize(
    ("change", "id", "status", "words", "exit_code"),
    [
        ({"T_PASSWORD": ""}, "secrets-password", "problem", "is empty", 2),
        ({"T_PASSWORD": "<your password>"}, "secrets-password", "problem", "holds a placeholder", 2),
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, "login-caller", "problem", "not match", 3),
        ({"AWS_PROFILE": "nosuch"}, "login-credentials", "problem", "nosuch does not exist", 3),
    ],
)
def test_a_wrong_variable(  # noqa: PLR0917  (a row of the table, and fixtures)
    command_here: Command,
    project: Path,
    agentcore: Mapping[str, Any],
    change: dict[str, str],
    id: str,
    status: str,
    words: str,
    exit_code: int,
) -> None:
    """The line says what is wrong, and the exit code is the one of a run."""
    env = {**variables(agentcore), **change}
    code, lines = examined(command_here, project, environment_file(agentcore), env)
    assert (lines[id]["status"], code) == (status, exit_code)
    assert words in lines[id]["text"]
    assert lines[id]["fix"] or lines[id]["command"]


def _refused_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    ("old", "new", "id", "words"),
    [
        ('username = "probe"', 'username = "USER"', "settings-username", "still the placeholder"),
        (
            '{ env = "T_PASSWORD" }',
            '{ env = "T_UNSET" }',
            "secrets-password",
            "T_UNSET for the password is not set",
        ),
        ('{ env = "T_PASSWORD" }', '{ file = "/nonexistent/x" }', "secrets-password", "cannot be read"),
        ('{ env = "T_PASSWORD" }', '{ command = ["nosuch-x"] }', "secrets-password", "not on PATH"),
        ('{ env = "T_PASSWORD" }', '{ ssm = "/probe" }', "secrets-password", "cannot be read"),
        ('password = { env = "T_PASSWORD" }', "", "secrets-password", "needs password"),
        ("[identity]", 'typo = "x"\n[identity]', "files-prod", "unknown key 'typo'"),
        (
            'region = "us-east-1"',
            'region = "eu-west-1"',
            "settings-region",
            "the Runtime's ARN is in us-east-1",
        ),
        ("[identity]", "[identity", "files-prod", "is not TOML"),
    ],
)
def test_a_wrong_file(  # noqa: PLR0917  (a row of the table, and fixtures)
    command_here: Command,
    project: Path,
    agentcore: Mapping[str, Any],
    old: str,
    new: str,
    id: str,
    words: str,
) -> None:
    """Each mistake in the environment file is a problem with a fix."""
    file = environment_file(agentcore)
    assert old in file
    env = {**variables(agentcore), "AWS_ENDPOINT_URL_SSM": agentcore["endpoints"]["sts"]}
    code, lines = examined(command_here, project, file.replace(old, new), env)
    assert (lines[id]["status"], code) == ("problem", 1 if id.startswith("settings") else 2)
    assert words in lines[id]["text"]
    assert lines[id]["fix"] or words == "is not TOML"  # its text has the line and the column


def test_a_host_that_refuses_connections(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """Exit 4, and the others are ok."""
    file = environment_file(agentcore).replace(agentcore["endpoints"]["bedrock-agentcore"], _refused_port())
    code, lines = examined(command_here, project, file, variables(agentcore))
    assert (code, lines["reach-data-plane"]["status"]) == (4, "problem")
    assert "Could not connect" in lines["reach-data-plane"]["text"]
    assert lines["reach-control-plane"]["status"] == "ok"


def test_a_proxy_is_named_without_its_password(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """It refuses the tunnel, which is a problem of the network."""
    requests: list[bytes] = []
    with recording(requests, http_answer(b"", status="403 Forbidden")) as proxy:
        address = proxy.split("/")[2]
        file = environment_file(agentcore).replace(
            agentcore["endpoints"]["bedrock-agentcore"], "https://agentcore.invalid"
        )
        env = {**variables(agentcore), "HTTPS_PROXY": f"http://user:geheim@{address}"}
        code, lines = examined(command_here, project, file, env)
    assert requests[0].startswith(b"CONNECT agentcore.invalid:443")
    assert code == 4
    assert (
        f"through the proxy http://<credential>@{address} (HTTPS_PROXY)" in lines["reach-data-plane"]["text"]
    )
    assert "geheim" not in json.dumps(lines)


def test_a_file_that_others_can_read(
    command_here: Command, project: Path, agentcore: Mapping[str, Any], tmp_path: Path
) -> None:
    """A warning with the line that changes it; after it, the file is ok."""
    secret = tmp_path / "password"
    secret.write_text(agentcore["identity"]["password"])
    secret.chmod(0o644)
    file = environment_file(agentcore).replace('{ env = "T_PASSWORD" }', f'{{ file = "{secret}" }}')
    code, lines = examined(command_here, project, file, variables(agentcore))
    assert (code, lines["secrets-password"]["status"]) == (0, "warning")
    assert lines["secrets-password"]["command"] == f"chmod 600 {secret}"
    secret.chmod(0o600)
    assert (
        examined(command_here, project, file, variables(agentcore))[1]["secrets-password"]["status"] == "ok"
    )


def test_a_command_is_not_started(
    command_here: Command, project: Path, agentcore: Mapping[str, Any], tmp_path: Path
) -> None:
    """It may ask for input; the line to try it oneself is given."""
    marker = tmp_path / "marker"
    words = json.dumps([sys.executable, "-c", f"open({str(marker)!r}, 'w')"])
    file = environment_file(agentcore).replace('{ env = "T_PASSWORD" }', f"{{ command = {words} }}")
    _, lines = examined(command_here, project, file, variables(agentcore))
    assert (lines["secrets-password"]["status"], marker.exists()) == ("unknown", False)
    assert "> /dev/null" in lines["secrets-password"]["command"]


@pytest.mark.parametrize(
    ("fault", "id", "words"),
    [
        ("service-clock-ahead", "clock", "3.0 h behind"),
        ("login-flow-disabled", "settings-login-flow-off", "does not allow USER_PASSWORD_AUTH"),
        ("control-plane-denied", "permissions-GetAgentRuntime", "not allowed"),
        ("runtime-deleted", "permissions-GetAgentRuntime", "nothing has this id"),
        ("denied-by-policy", "permissions-InvokeAgentRuntime", "denied (simulated) by"),
    ],
)
def test_a_fault_of_the_account(
    command_here: Command, project: Path, fault: str, id: str, words: str
) -> None:
    """Exit 1, and the line that names it."""
    with started(LocalSetup(faults=(fault,))) as ready:
        code, lines = examined(command_here, project, environment_file(ready), variables(ready))
    assert (code, lines[id]["status"]) == (1, "problem")
    assert words in lines[id]["text"]
    if fault == "control-plane-denied":
        policy = json.loads(lines["permissions-statement"]["command"])
        assert ready["runtime"]["arn"] in policy["Statement"][0]["Resource"]


def test_a_resource_policy_can_shut_out_callers_with_a_token() -> None:
    """One that names somebody else allows nobody else: the call is not ready, whatever the authorizer takes."""
    decision = Decision("not-allowed", lacks=("resource",))
    row = Row("Runtime", f"{PREFIX}InvokeAgentRuntime", ("arn",), decision, is_bearer=True)
    assert _call_line(row).status == "problem"
    assert _call_line(replace(row, decision=Decision("unknown", depends=("x",)))).status == "unknown"
    assert _call_line(replace(row, decision=Decision("allowed"))).status == "ok"


def test_the_call_is_simulated(
    command_here: Command, project: Path, agentcore_iam: Mapping[str, Any]
) -> None:
    """From the policies of the caller, where the Runtime takes signatures; without them, it is not known."""
    file, env = environment_file(agentcore_iam), variables(agentcore_iam)
    _, lines = examined(command_here, project, file, env)
    assert lines["permissions-InvokeAgentRuntime"]["status"] == "ok"
    without_iam = file.replace(f'iam = "{agentcore_iam["endpoints"]["iam"]}"', f'iam = "{_refused_port()}"')
    _, lines = examined(command_here, project, without_iam, env)
    assert lines["permissions-InvokeAgentRuntime"]["status"] == "unknown"
    assert "iam:SimulatePrincipalPolicy" in lines["permissions-InvokeAgentRuntime"]["fix"]


def test_the_calls_of_further_entrances_are_simulated(command_here: Command, project: Path) -> None:
    """An action of its own for the WebSocket; nobody is meant to have that of the shell."""
    setup = LocalSetup(runtime_authorizer="iam", faults=("without-InvokeAgentRuntimeWithWebSocketStream",))
    with started(setup) as ready:
        file = f'entrances = ["runtime-ws", "runtime-shell"]\n{environment_file(ready)}'
        code, lines = examined(command_here, project, file, variables(ready))
    assert code == 1
    assert lines["permissions-InvokeAgentRuntime"]["status"] == "ok"
    assert lines["permissions-InvokeAgentRuntimeWithWebSocketStream"]["status"] == "problem"
    assert "permissions-InvokeAgentRuntimeCommandShell" not in lines
    assert "InvokeAgentRuntimeWithWebSocketStream" in lines["permissions-statement"]["command"]


def test_the_secrets_of_further_callers(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """Each by the name of its caller."""
    caller = '[identities.admin]\nusername = "a"\npassword = { env = "T_UNSET" }\n'
    file = environment_file(agentcore).replace("[endpoints]", f"{caller}[endpoints]")
    code, lines = examined(command_here, project, file, variables(agentcore))
    assert (code, lines["secrets-password"]["status"]) == (2, "ok")
    assert lines["secrets-admin-password"]["text"].startswith("[identities.admin] the variable T_UNSET")


def test_the_roles_of_further_callers_are_assumed(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """One that does not trust the caller is a problem with its fix, before a run."""
    roles = "".join(
        f'[identities.{name}]\nrole_arn = "arn:aws:iam::123456789012:role/probe-{name}"\n'
        for name in ("caller", "closed")
    )
    file = environment_file(agentcore).replace("[endpoints]", f"{roles}[endpoints]")
    code, lines = examined(command_here, project, file, variables(agentcore))
    assert (code, lines["login-caller-role"]["status"]) == (3, "ok")
    assert lines["login-closed-role"]["status"] == "problem"
    assert lines["login-closed-role"]["text"].startswith("[identities.closed]: ")


def test_an_environment_that_does_not_exist_is_named(command_here: Command) -> None:
    """Exit 2, with the names that exist; the machine is checked nevertheless."""
    result = command_here("doctor", "prdo")
    assert result.returncode == 2
    assert "problem  environment 'prdo' not found" in result.stdout
    assert "ok       Python" in result.stdout


def test_of_many_environments_only_what_is_not_ok_is_printed(command_here: Command, project: Path) -> None:
    """The counts have the rest; every extra has its line."""
    for number in range(6):
        (project / "environments" / f"many-{number}.toml").write_text("=\n")
    document = json.loads(command_here("doctor", "many-*", "--json").stdout)
    texts = [line["text"] for group in document["groups"] for line in group["lines"]]
    assert [
        extra for extra in EXTRAS if not any(f"extra [{extra}] is installed: " in text for text in texts)
    ] == []
    assert not any(text.endswith(": ") for text in texts)
    printed = command_here("doctor", "many-*").stdout
    assert "many-0.toml" in printed
    assert "  ok  " not in printed
    assert f"{document['counts']['ok']} ok" in printed
