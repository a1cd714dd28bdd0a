"""`verify` of an environment whose AWS endpoints are https, as real ones are, beside the same by http."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import LocalSetup
from benchmarks.commands import OUT, Commands
from benchmarks.https import by_https
from benchmarks.measure import Approach
from benchmarks.table import CPU, SECONDS, Table, cpu, ratio, seconds
from benchmarks.workplace import WITHOUT_AWS, Workplace, probe


def _approaches(workplace: Workplace) -> Iterator[Approach]:
    folder = workplace.folder / "https"
    (folder / "environments").mkdir(parents=True)
    resources = workplace.resources
    ready = resources.enter_context(LocalProcess(LocalSetup())).ready().facts
    https, authorities = resources.enter_context(by_https(ready["endpoints"], folder))
    variables = {
        **WITHOUT_AWS,
        "PASSWORD": ready["identity"]["password"],
        "AWS_ACCESS_KEY_ID": ready["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": ready["aws"]["secret_access_key"],
        "REQUESTS_CA_BUNDLE": str(authorities),
    }
    for name, endpoints in (("http", ready["endpoints"]), ("https", https)):
        (folder / "environments" / f"{name}.toml").write_text(_file(ready, endpoints))
        words = ["verify", name, "--json-summary", f"{OUT}/summary.json"]
        yield Approach(
            f"`verify`, {name}",
            Commands([[*probe(), *words]], folder, variables),
            references=("`verify`, http",),
        )


def _file(ready: Mapping[str, Any], endpoints: Mapping[str, str]) -> str:
    identity = ready["identity"]
    lines = [
        f'region = "{ready["region"]}"',
        "[endpoints]",
        *(f'{service} = "{url}"' for service, url in endpoints.items()),
        "[runtime]",
        f'arn = "{ready["runtime"]["arn"]}"',
        "[gateway]",
        f'id = "{ready["gateway"]["id"]}"',
        "[identity]",
        f'client_id = "{identity["client_id"]}"',
        f'username = "{identity["username"]}"',
        'password = { env = "PASSWORD" }',
        f'discovery_url = "{identity["discovery_url"]}"',
    ]
    return "\n".join(lines) + "\n"


TABLE = Table(
    "https",
    "AWS endpoints by https",
    _approaches,
    (SECONDS, ratio("of http", seconds), CPU, ratio("of http", cpu)),
    "command",
    "The Runtime, the control plane and Cognito of a running embedded AgentCore, through a relay with a certificate of its own; the\n"
    "Gateway's URL and the issuer stay http. Trusted are the authorities of certifi and the relay's.",
)
