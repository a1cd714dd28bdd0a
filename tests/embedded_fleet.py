"""A fleet for tests: environments behind a few shared embedded AgentCores, and what is right to say of each.

The first Runtime and Gateway of an embedded AgentCore have its fault; its other Runtimes and Gateways are healthy, so that
their environments show whether a neighbour's fault leaks. Further faults are in the environment files. What is right is
written down here as data; nothing of it asks the product.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import boto3

from agentcore_probe.model.environment import LocalSetup
from tests.embedded import started

State = Literal["verified", "not-verified", "inconclusive", "error"]


class Truth(NamedTuple):
    """What is right to say of an environment."""

    state: State
    row: str = ""
    """The access method that shows the fault; empty: none does."""
    outcome: str = ""
    cause: str = ""


FAULTS: dict[str, Truth] = {
    "runtime-audience-rule": Truth("not-verified", "runtime-jwt", "unexpected", "audience-not-allowed"),
    "gateway-other-client": Truth("not-verified", "gateway-jwt", "unexpected", "client-not-allowed"),
    "accepts-everything": Truth("not-verified", "runtime-anonymous", "unexpected", "open-endpoint"),
    "mmdsv2-off": Truth("not-verified", "runtime-jwt", "unexpected", "mmdsv2-required"),
    "gateway-target-failed": Truth("not-verified", "gateway-jwt", "unexpected", "target-not-ready"),
    "throttled": Truth("inconclusive", "runtime-jwt", "error", "throttled"),
    "container-failed": Truth("not-verified", "runtime-jwt", "unexpected", "container-failed"),
    "runtime-claim-rule": Truth("not-verified", "runtime-jwt", "unexpected", "custom-claim-mismatch"),
    "open-after-first-accepted": Truth(
        "not-verified", "runtime-anonymous", "unexpected", "cached-authorization"
    ),
    "endpoint-renamed": Truth("not-verified", "runtime-jwt", "unexpected", "qualifier-not-found"),
    "denied-by-policy": Truth("not-verified", "runtime-jwt", "unexpected", "resource-policy-denied"),
    "takes-signature": Truth("not-verified", "runtime-jwt-forged", "unexpected", "open-endpoint"),
}
"""A fault of the first Runtime or Gateway -> what is right to say of their environment."""

FILES: dict[str, Truth] = {
    "sound": Truth("verified"),
    "wrong-password": Truth("inconclusive", "runtime-jwt", "not-testable", "wrong-password"),
    "unset-secret": Truth("error", cause="InputError"),
    "sound-iam": Truth("verified"),
    "no-such-runtime": Truth("not-verified", "runtime-jwt", "unexpected", "runtime-not-found"),
    "runtime-only": Truth("verified"),
    "gateway-only": Truth("verified"),
    "no-such-client": Truth("inconclusive", "runtime-jwt", "not-testable", "client-not-found"),
    "misspelt": Truth("error", cause="EnvironmentFileError"),
    "stale-expectation": Truth("not-verified"),
    "mixed": Truth("verified"),
}
"""What the file of a healthy environment is like -> what is right to say of it."""


@dataclass(frozen=True)
class Fleet:
    """A project folder with the environments."""

    root: Path
    truths: Mapping[str, Truth]
    variables: Mapping[str, str]
    """The environment variables of a command."""


@contextlib.contextmanager
def embedded_fleet(root: Path, number: int, faults: Sequence[str] = tuple(FAULTS)) -> Iterator[Fleet]:
    """The environments, as long as the block runs.

    Args:
        root: a folder for the project.
        number: how many environments.
        faults: of each embedded AgentCore.
    """
    (root / "environments").mkdir(parents=True)
    truths: dict[str, Truth] = {}
    variables = {
        "PATH": "/usr/bin:/bin",
        "AWS_SHARED_CREDENTIALS_FILE": str(root / "credentials"),
        "AWS_CONFIG_FILE": str(root / "no-config"),
        "WRONG_PASSWORD": "Not-the-password-1",
    }
    with contextlib.ExitStack() as stack:
        setups = [LocalSetup(faults=(fault,), runtimes=5, gateways=5) for fault in faults]
        servers = [_Server(stack.enter_context(started(setup)), index) for index, setup in enumerate(setups)]
        for server in servers:
            variables[f"PASSWORD_{server.index}"] = server.ready["identity"]["password"]
        (root / "credentials").write_text("".join(server.credentials for server in servers))
        for index in range(number):
            server = servers[index % len(servers)]
            place = index // len(servers)
            kind = faults[server.index] if place == 0 else list(FILES)[(index - len(servers)) % len(FILES)]
            name = f"a{server.index:02}-{kind}-{index:03}"
            truths[name] = (FAULTS if place == 0 else FILES)[kind]
            (root / "environments" / f"{name}.toml").write_text(server.file(kind, place))
        yield Fleet(root, truths, variables)


class _Server:
    """An embedded AgentCore, and the files of its environments."""

    def __init__(self, ready: Mapping[str, Any], index: int) -> None:
        self.ready, self.index = ready, index
        aws = ready["aws"]
        self.credentials = (
            f"[server{index}]\naws_access_key_id = {aws['access_key_id']}\n"
            f"aws_secret_access_key = {aws['secret_access_key']}\n"
        )
        client = boto3.client(
            "bedrock-agentcore-control",
            region_name=ready["region"],
            endpoint_url=ready["endpoints"]["bedrock-agentcore-control"],
            aws_access_key_id=aws["access_key_id"],
            aws_secret_access_key=aws["secret_access_key"],
        )
        runtimes = client.get_paginator("list_agent_runtimes").paginate()
        gateways = client.get_paginator("list_gateways").paginate()
        self._runtimes = [one["agentRuntimeArn"] for page in runtimes for one in page["agentRuntimes"]]
        self._gateways = [one["gatewayId"] for page in gateways for one in page["items"]]

    def file(self, kind: str, place: int) -> str:
        """The environment file.

        Args:
            kind: a key of `FAULTS` or `FILES`.
            place: 0 for the first Runtime and Gateway; others have numbers, of which the odd ones ask for a JWT.
        """
        jwt = 0 if place == 0 else (2, 4)[place % 2]
        iam = (1, 3)[place % 2]
        runtime = self._runtimes[iam if kind == "sound-iam" else jwt]
        gateway = self._gateways[iam if kind in ("sound-iam", "mixed") else jwt]
        if kind == "no-such-runtime":
            runtime = f"{runtime.rpartition('-')[0]}-Gone000000"
        identity = self.ready["identity"]
        secret = {"wrong-password": "WRONG_PASSWORD", "unset-secret": "NOT_SET"}.get(
            kind, f"PASSWORD_{self.index}"
        )
        client = "0nosuchclient0000000000000" if kind == "no-such-client" else identity["client_id"]
        parts = {
            "": f'region = "{self.ready["region"]}"\nprofile = "server{self.index}"\n',
            "endpoints": "".join(f'{name} = "{url}"\n' for name, url in self.ready["endpoints"].items()),
            "runtime": "" if kind == "gateway-only" else f'arn = "{runtime}"\n',
            "gateway": "" if kind == "runtime-only" else f'id = "{gateway}"\n',
            "identity": ""
            if kind == "sound-iam"
            else f'client_id = "{client}"\nusername = "{identity["username"]}"\npassword = {{ env = "{secret}" }}\n'
            f'discovery_url = "{identity["discovery_url"]}"\n',
            "identiti": "a = 1\n" if kind == "misspelt" else "",
            "expect.runtime-jwt": 'decision = "refused"\nreason = "a test"\n'
            if kind == "stale-expectation"
            else "",
        }
        return "".join(f"{f'[{name}]' if name else ''}\n{text}" for name, text in parts.items() if text)
