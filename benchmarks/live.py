"""Live environments whose answers come 0.5 s late: time, processor time and memory of one command for 1, 10 and 100.

`python -m benchmarks.live --numbers 1,100 --command verify` measures a part; `make bench` measures all.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import LocalSetup
from benchmarks.measure import tree_memory

NUMBERS = (1, 10, 100)
SERVERS = 2
"""How many embedded AgentCores are shared; the environments are spread over them."""
TARGETS = 9
"""Runtimes and Gateways of each; those with an odd number ask for a JWT."""


@dataclass(frozen=True)
class Measurement:
    """One command for a number of environments."""

    seconds: float
    cpu: float
    """Of the command and all its processes, without the embedded AgentCores."""
    server_cpu: float
    peak: float
    """MiB of the process tree (PSS)."""
    verified: int


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numbers", default=",".join(map(str, NUMBERS)), help="how many environments")
    parser.add_argument("--command", default="verify,report", help="verify, report or both")
    parser.add_argument("options", nargs="*", help="options of the command, after --")
    arguments = parser.parse_args()
    commands, numbers = arguments.command.split(","), [int(number) for number in arguments.numbers.split(",")]
    table(commands, numbers, arguments.options)


def table(
    commands: Sequence[str] = ("verify", "report"),
    numbers: Sequence[int] = NUMBERS,
    options: Sequence[str] = (),
) -> None:
    """Prints the table.

    Args:
        commands: `verify`, `report` or both.
        numbers: how many environments a command has.
        options: further options of the commands.
    """
    print("## Live environments, every answer 0.5 s later, one command, without `aws`\n")
    print("| command | environments | seconds | of the time of one | cpu an environment | server's cpu | peak MiB (PSS) | verified |")  # fmt: skip
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with (
        tempfile.TemporaryDirectory(prefix="bench-live-") as name,
        _environments(Path(name), max(numbers)) as (names, servers, variables),
    ):
        for command in commands:
            one = None
            for number in numbers:
                words = [command, *names[:number], *options]
                if command == "report":
                    words += ["--out", f"{name}/reports-{number}"]
                made = measure(words, Path(name), variables, servers)
                one = one or made.seconds
                print(
                    f"| {command} | {number} | {made.seconds:.1f} | {made.seconds / one:.1f} | "
                    f"{made.cpu / number:.2f} | {made.server_cpu / number:.2f} | {made.peak:.0f} | {made.verified} |",
                    flush=True,
                )
    print(flush=True)


def measure(
    words: Sequence[str], folder: Path, variables: Mapping[str, str], servers: Sequence[int]
) -> Measurement:
    """Runs a command once.

    Args:
        words: command and options.
        folder: the project.
        variables: of the command's environment.
        servers: the processes of the embedded AgentCores.
    """
    summary = folder / "summary.json"
    before, start = _cpu(servers), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", *words, "--json-summary", str(summary)],
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peaks = [0]
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(0.5):
            peaks.append(tree_memory(process.pid))

    sampler = threading.Thread(target=sample)
    sampler.start()
    _, _, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = 0  # it was waited for
    ended.set()
    sampler.join()
    environments = json.loads(summary.read_text("utf-8"))["environments"]
    return Measurement(
        seconds,
        usage.ru_utime + usage.ru_stime,
        _cpu(servers) - before,
        max(peaks) / 2**20,
        sum(environment.get("verdict") == "verified" for environment in environments),
    )


def _cpu(processes: Sequence[int]) -> float:
    """Seconds of processor time that processes have used so far."""
    ticks = 0
    for id in processes:
        fields = Path(f"/proc/{id}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def _environments(folder: Path, number: int) -> Iterator[tuple[list[str], list[int], Mapping[str, str]]]:
    """The names of environments, spread over embedded AgentCores; their processes, and the command's variables."""
    with contextlib.ExitStack() as stack:
        (folder / "environments").mkdir()
        setup = LocalSetup(faults=("answers-late",), runtimes=TARGETS, gateways=TARGETS)
        processes = [stack.enter_context(LocalProcess(setup)) for _ in range(SERVERS)]
        readies = [process.ready().facts for process in processes]
        targets = [_targets(ready) for ready in readies]
        variables = {
            "PROBE_BENCH_AGENTS": "",
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
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
        yield names, [process.id for process in processes], variables


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


if __name__ == "__main__":
    main()
