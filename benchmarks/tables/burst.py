"""Many calls at once, the first that an embedded AgentCore gets."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import quote

import boto3
import psutil
import requests

from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import LocalSetup
from benchmarks.commands import Run, RunFailedError
from benchmarks.measure import Approach
from benchmarks.table import CPU, SECONDS, Table, result


@dataclass(frozen=True)
class _Burst:
    """So many calls of the Runtime of a new embedded AgentCore with a valid token, all at once."""

    calls: int

    def run(self, out: Path, _interval: float | None, /) -> Run:
        """The slowest call, the server's processor time, and how many calls were accepted."""
        with LocalProcess(LocalSetup()) as process, ThreadPoolExecutor(self.calls) as pool:
            ready = process.ready().facts
            token, start = _token(ready), Barrier(self.calls)
            before = _cpu(process.id)

            def call(_: int) -> tuple[float, str]:
                start.wait()
                begun = time.perf_counter()
                answer = _call(ready, token)
                return time.perf_counter() - begun, answer

            answers = list(pool.map(call, range(self.calls)))
            cpu = _cpu(process.id) - before
        counts = Counter(answer for _, answer in answers)
        if set(counts) != {"200"}:
            raise RunFailedError(", ".join(f"{number} x {answer}" for answer, number in counts.items()), out)
        return Run(max(seconds for seconds, _ in answers), cpu, result=counts["200"])


def _token(ready: Mapping[str, Any]) -> str:
    """An access token of the pool's user."""
    identity, aws = ready["identity"], ready["aws"]
    client = boto3.client(
        "cognito-idp",
        region_name=ready["region"],
        endpoint_url=ready["endpoints"]["cognito-idp"],
        aws_access_key_id=aws["access_key_id"],
        aws_secret_access_key=aws["secret_access_key"],
    )
    result = client.initiate_auth(
        ClientId=identity["client_id"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": identity["username"], "PASSWORD": identity["password"]},
    )
    return str(result["AuthenticationResult"]["AccessToken"])


def _call(ready: Mapping[str, Any], token: str) -> str:
    """The status of an invocation of the Runtime, or why there was none."""
    arn = quote(ready["runtime"]["arn"], safe="")
    url = f"{ready['endpoints']['bedrock-agentcore']}/runtimes/{arn}/invocations?qualifier=DEFAULT"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        return str(requests.post(url, data=b'{"prompt": "hi"}', headers=headers, timeout=60).status_code)
    except requests.RequestException as error:
        return type(error).__name__


def _cpu(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


TABLE = Table(
    "burst",
    "The first calls of a fresh `local`, all at once",
    lambda _: [Approach(str(calls), _Burst(calls)) for calls in (50, 200)],
    (SECONDS, CPU, result("accepted")),
    "calls",
    "Seconds are those of the slowest call; processor seconds are those of the embedded AgentCore for all of them.",
    share=2,
)
