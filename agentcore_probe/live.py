"""Environments that can be called: deployed ones as they are, `[local]` ones with a running embedded AgentCore."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.extras import require_extra
from agentcore_probe.model.environment import (
    Environment,
    GatewayTarget,
    HarnessTarget,
    RegistryTarget,
    RuntimeTarget,
)
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.model.identity import SECRET_KEYS, Identity, NamedIdentity, SecretReference

if TYPE_CHECKING:
    from agentcore_probe.access.aws import AwsKeys
    from agentcore_probe.probes.run import Run
    from agentcore_probe.secret import Secret

Progress = Callable[[str, str], None]
"""Called with a phase (`local`, a method's id, `report`) and its state (`begun`, `done` or a decision)."""


@dataclass(frozen=True)
class LiveEnvironment:
    """An environment that can be called, with the credentials that must stay in memory."""

    environment: Environment
    keys: AwsKeys | None = None
    secrets: Mapping[str, Secret] | None = None

    def run(
        self,
        *,
        progress: Progress | None = None,
        experiments: bool = True,
        stop: threading.Event | None = None,
        controls: ControlLevel = "all",
        id: str | None = None,
    ) -> Run:
        """A run against this environment; the arguments are those of `api.observe`."""
        from agentcore_probe.probes.run import Run

        return Run(
            self.environment,
            keys=self.keys,
            secrets=self.secrets,
            progress=progress,
            experiments=experiments,
            stop=stop,
            controls=controls,
            id=id,
        )


@contextlib.contextmanager
def open_environment(environment: Environment, progress: Progress | None) -> Iterator[LiveEnvironment]:
    """The environment ready to be called; a `[local]` one has its embedded AgentCore while the block runs.

    Raises:
        EnvironmentFileError: `[local]` names an unknown fault.
        LocalError: the embedded AgentCore did not start.
    """
    if environment.local is None:
        yield LiveEnvironment(environment)
        return
    require_extra("local", f"environment {environment.name!r}")
    from agentcore_probe.local.process import LocalProcess

    if progress:
        progress("local", "begun")
    with LocalProcess(environment.local) as process:
        # Imported while the child starts: both take about as long.
        from agentcore_probe.probes import run as _  # noqa: F401

        ready = process.ready().facts
        if progress:
            progress("local", "done")
        yield with_embedded(environment, ready)


_NOT_STARTED = "http://127.0.0.1:0"
"""An address whose port the system assigns when the embedded AgentCore starts."""


def before_start(environment: Environment) -> Environment:
    """The environment as a plan sees it: an embedded AgentCore is not started, and its port is 0.

    Args:
        environment: any environment.
    """
    if environment.local is None:
        return environment
    from agentcore_probe.local import state
    from agentcore_probe.local.callers import GROUPS, caller_facts

    names = ["bedrock-agentcore", "bedrock-agentcore-control", "cognito-idp", "sts"]
    names += ["agent-registry", "agent-registry-control"] if environment.local.registry else []
    registry = {"id": state.REGISTRY_ID, "url": f"{_NOT_STARTED}/registry/{state.REGISTRY_ID}/mcp"}
    issuer = f"{_NOT_STARTED}/us-east-1_embedded/.well-known/openid-configuration"
    login = {"client_id": "client-of-the-embedded-pool", "discovery_url": issuer}
    machine = {"client_id": "second-client-of-the-embedded-pool", "client_secret": "secret-of-that-client"}
    passwords = {user: f"password-of-{user}" for user in GROUPS}
    callers = caller_facts(issuer, login["client_id"], machine, passwords)
    facts = {
        "region": state.REGION,
        "endpoints": dict.fromkeys(names, _NOT_STARTED),
        "runtime": {"arn": state.RUNTIME_ARN},
        "gateway": {"id": state.GATEWAY_ID, "url": f"{_NOT_STARTED}/mcp"},
        "identity": {
            **login,
            "username": "user-of-the-embedded-pool",
            "password": "password-of-the-embedded-pool",
        },
        "identities": callers if environment.local.identities else {},
        **({"harness": {"arn": state.HARNESS_ARN}} if environment.local.harness else {}),
        **({"registry": registry} if environment.local.registry else {}),
        "aws": {"access_key_id": "-", "secret_access_key": "key-of-the-embedded-user", "session_token": None},
    }
    return with_embedded(environment, facts).environment


def with_embedded(environment: Environment, ready: Mapping[str, Any]) -> LiveEnvironment:
    """The environment with the addresses and credentials of a running embedded AgentCore.

    Args:
        environment: the environment, with its `[local]`.
        ready: the ready line of the embedded AgentCore (`local --json`, docs/local.md).
    """
    from agentcore_probe.access.aws import AwsKeys
    from agentcore_probe.secret import Secret

    identity = ready["identity"]
    addresses = {
        "region": ready["region"],
        "endpoints": dict(ready["endpoints"]),
        "runtime": RuntimeTarget(arn=ready["runtime"]["arn"]),
        "gateway": GatewayTarget(
            id=ready["gateway"]["id"],
            url=ready["gateway"]["url"],
            **(environment.gateway.model_dump(exclude={"id", "url"}) if environment.gateway else {}),
        ),
        "identity": Identity(
            client_id=identity["client_id"],
            username=identity["username"],
            password=SecretReference(source="embedded", name="password"),
            discovery_url=identity["discovery_url"],
        ),
    }
    addresses |= _further_targets(environment, ready)
    callers, passwords = _callers(environment, ready.get("identities", {}))
    if callers:
        addresses["identities"] = callers
    aws = ready["aws"]
    session = aws["session_token"]
    return LiveEnvironment(
        environment.model_copy(update=addresses),
        AwsKeys(
            aws["access_key_id"],
            Secret(aws["secret_access_key"], "aws secret key"),
            Secret(session, "aws session token") if session else None,
        ),
        {"password": Secret(identity["password"], "password"), **passwords},
    )


def _further_targets(environment: Environment, ready: Mapping[str, Any]) -> dict[str, Any]:
    """The harness and the registry of the embedded AgentCore; a call of the harness costs nothing, so it is made."""
    targets: dict[str, Any] = {}
    if (harness := ready.get("harness")) is not None:
        invoke = environment.harness.invoke if environment.harness is not None else True
        targets["harness"] = HarnessTarget(arn=harness["arn"], invoke=invoke)
    if (registry := ready.get("registry")) is not None:
        targets["registry"] = RegistryTarget(id=registry["id"], url=registry["url"])
    return targets


def _callers(
    environment: Environment, ready: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, NamedIdentity], dict[str, Secret]]:
    """The further callers of the embedded AgentCore with what the file expects of them, and their secrets by name.

    Raises:
        EnvironmentFileError: the file names one that does not exist.
    """
    from agentcore_probe.secret import Secret

    expected = environment.identities or {}
    for name in expected:
        if name not in ready:
            raise EnvironmentFileError(
                f"the embedded AgentCore has no caller {name!r}",
                where=f"{environment.name}, [identities.{name}]",
                hint=f"It has: {', '.join(ready)}",
            )
    callers, secrets = dict[str, NamedIdentity](), dict[str, Secret]()
    for name, facts in ready.items():
        references = {key: f"{name} {key}" for key in SECRET_KEYS if key in facts}
        secrets |= {id: Secret(facts[key], key.replace("_", " ")) for key, id in references.items()}
        callers[name] = NamedIdentity.model_validate(
            {
                **facts,
                **{key: SecretReference(source="embedded", name=id) for key, id in references.items()},
                "expect": expected[name].expect if name in expected else None,
            }
        )
    return callers, secrets
