"""Live environments whose answers come late, probed and reported by one command."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3

from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import LocalSetup
from benchmarks.commands import OUT, Commands
from benchmarks.measure import Approach
from benchmarks.table import CPU, PEAK, SECONDS, Table, amount, cpu, ratio, result, seconds
from benchmarks.workplace import WITHOUT_AWS, Workplace, probe

NUMBERS = (1, 10, 100)
SERVERS = 2
"""How many embedded AgentCores are shared; the environments are spread over them."""
TARGETS = 9
"""Runtimes and Gateways of each; those with an odd number ask for a JWT."""


def _approaches(workplace: Workplace) -> Iterator[Approach]:
    folder = workplace.folder / "live"
    names, variables = workplace.resources.enter_context(_environments(folder, max(NUMBERS)))
    for command in ("verify", "report"):
        for number in NUMBERS:
            words = [command, *names[:number], "--json-summary", f"{OUT}/summary.json"]
            if command == "report":
                words += ["--out", OUT]
            yield Approach(
                f"`{command}`, {number}",
                Commands([[*probe(), *words]], folder, variables, _verified),
                units=number,
                references=(f"`{command}`, 1", f"`{command}`, 10"),
                is_long=True,
            )


def _verified(out: Path) -> float:
    """How many environments were verified."""
    return float(json.loads((out / "summary.json").read_text("utf-8"))["counts"]["verified"])


@contextlib.contextmanager
def _environments(folder: Path, number: int) -> Iterator[tuple[list[str], Mapping[str, str]]]:
    """The names of environments, spread over embedded AgentCores, and the command's variables."""
    with contextlib.ExitStack() as stack:
        (folder / "environments").mkdir(parents=True)
        setup = LocalSetup(faults=("answers-late",), runtimes=TARGETS, gateways=TARGETS)
        processes = [stack.enter_context(LocalProcess(setup)) for _ in range(SERVERS)]
        readies = [process.ready().facts for process in processes]
        targets = [_targets(ready) for ready in readies]
        variables = dict(WITHOUT_AWS)
        names = []
        for index in range(number):
            names.append(f"e{index + 1}")
            server = index % SERVERS
            ready, (runtimes, gateways) = readies[server], targets[server]
            place = index // SERVERS
            text = _file(ready, runtimes[place % len(runtimes)], gateways[place % len(gateways)], server)
            (folder / "environments" / f"{names[-1]}.toml").write_text(text)
        for server, ready in enumerate(readies):
            variables[f"PASSWORD_{server}"] = ready["identity"]["password"]
        lines = []
        for server, ready in enumerate(readies):
            aws = ready["aws"]
            lines += [
                f"[server{server}]",
                f"aws_access_key_id = {aws['access_key_id']}",
                f"aws_secret_access_key = {aws['secret_access_key']}",
            ]
        (folder / "credentials").write_text("\n".join(lines) + "\n")
        variables |= {
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
            "AWS_CONFIG_FILE": str(folder / "no-config"),
        }
        yield names, variables


def _targets(ready: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The ARNs of the Runtimes and the ids of the Gateways that ask for a JWT."""
    aws = ready["aws"]
    client = boto3.client(
        "bedrock-agentcore-control",
        region_name=ready["region"],
        endpoint_url=ready["endpoints"]["bedrock-agentcore-control"],
        aws_access_key_id=aws["access_key_id"],
        aws_secret_access_key=aws["secret_access_key"],
    )
    runtimes = [
        runtime["agentRuntimeArn"]
        for page in client.get_paginator("list_agent_runtimes").paginate()
        for runtime in page["agentRuntimes"]
    ]
    gateways = [
        gateway["gatewayId"]
        for page in client.get_paginator("list_gateways").paginate()
        for gateway in page["items"]
    ]
    return runtimes[::2], gateways[::2]


def _file(ready: Mapping[str, Any], runtime: str, gateway: str, server: int) -> str:
    identity, endpoints = ready["identity"], ready["endpoints"]
    lines = [
        f'region = "{ready["region"]}"',
        f'profile = "server{server}"',
        "[endpoints]",
        *(f'{service} = "{url}"' for service, url in endpoints.items()),
        "[runtime]",
        f'arn = "{runtime}"',
        "[gateway]",
        f'id = "{gateway}"',
        "[identity]",
        f'client_id = "{identity["client_id"]}"',
        f'username = "{identity["username"]}"',
        f'password = {{ env = "PASSWORD_{server}" }}',
        f'discovery_url = "{identity["discovery_url"]}"',
    ]
    return "\n".join(lines) + "\n"


TABLE = Table(
    "live",
    "Live environments, every answer 0.5 s late",
    _approaches,
    (
        SECONDS,
        ratio("of the time of one", seconds),
        CPU,
        amount("processor seconds an environment", cpu, each=True),
        ratio("of that with 10", cpu, each=True, reference=1),
        PEAK,
        result("verified"),
    ),
    "command, environments",
    f"Without `aws`; the environments are spread over {SERVERS} embedded AgentCores, whose processor time is not counted.",
    share=7,
)
