"""Lines to paste that call what is behind a Gateway's targets."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Protocol

from agentcore_probe.model.methods import UsageLine
from agentcore_probe.model.record import RunRecord
from agentcore_probe.snippets import BODIES, bearer_call, cli_call, signed_call


class _Call(Protocol):
    """A call as the page shows it, by the id of its line."""

    def __call__(self, id: UsageLine, lines: str) -> dict[str, str]: ...


def forwarded_calls(record: RunRecord, call: _Call) -> Iterator[dict[str, str]]:
    """The Runtime through the Gateway, then the service behind a passthrough target, as far as the run called them.

    Args:
        record: the run's facts.
        call: makes one call of the page.
    """
    if url := _called_url(record, "gateway-to-runtime-"):
        yield call(*_to_runtime(record, url))
    passthrough = record.environment.gateway.passthrough if record.environment.gateway else None
    if passthrough is not None and (url := _called_url(record, "gateway-passthrough-")):
        body = None if passthrough.body is None else json.dumps(passthrough.body)
        method, word = passthrough.method, shlex.quote(url)
        signed = signed_call(word, _region(record), body, method=method) if _signs(record) else None
        yield call("gateway-passthrough-curl", signed or bearer_call(word, body, method=method))


def _to_runtime(record: RunRecord, url: str) -> tuple[UsageLine, str]:
    """Signed with the AWS CLI, which takes the Gateway's target as its endpoint; with a token by curl."""
    body, runtime = _payload(record), record.environment.runtime
    if not _signs(record):
        return "gateway-to-runtime-curl", bearer_call(shlex.quote(url), body)
    if runtime is None:
        return "gateway-to-runtime-aws", signed_call(shlex.quote(url), _region(record), body)
    endpoint = shlex.quote(url.removesuffix("/invocations"))
    options = f"--region {_region(record)} --endpoint-url {endpoint}"
    lines = cli_call(shlex.quote(runtime.arn), runtime.qualifier, options, body)
    return "gateway-to-runtime-aws", "\n".join(lines)


def _signs(record: RunRecord) -> bool:
    """Whether the Gateway takes signatures."""
    authorizer = record.configuration.authorizer("gateway")
    return authorizer is not None and authorizer.type in ("AWS_IAM", "AUTHENTICATE_ONLY")


def _region(record: RunRecord) -> str:
    return record.environment.home_region or "$AWS_REGION"


def _payload(record: RunRecord) -> str:
    """The environment's own payload, else a small request in the Runtime's protocol."""
    runtime, deployed = record.environment.runtime, record.configuration.runtime
    protocol = (deployed.protocol if deployed else None) or (runtime.protocol if runtime else None) or "HTTP"
    own = runtime.payload if runtime is not None else None
    return json.dumps(own or BODIES.get(protocol, BODIES["HTTP"]))


def _called_url(record: RunRecord, methods: str) -> str | None:
    """The URL that methods with this beginning called; None if they called none."""
    urls = (exchange.request.url for exchange in record.exchanges if exchange.id.startswith(methods))
    return next(urls, None)
