"""The settings of Runtime, Gateway, app client and issuers: what a run would report without a call, and the user name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem, unknown, warning
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.flows import FLOWS
from agentcore_probe.flows.flow import PLACEHOLDER_USERNAME
from agentcore_probe.judge.configuration import check_configuration
from agentcore_probe.model.hosts import LOOPBACK
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.report.messages import messages

_TARGETS = {"runtime": "Runtime", "gateway": "Gateway"}


def _lines(subject: Subject) -> Iterator[Line]:
    yield from _region(subject)
    yield from _login(subject)
    for facts in subject.issuers:
        yield from _issuer(facts)
    yield from _findings(subject)


def _region(subject: Subject) -> Iterator[Line]:
    runtime, region = subject.environment.runtime, subject.environment.region
    if runtime is not None and region is not None and region != runtime.region:
        yield problem(
            "settings-region",
            f"region is {region}, and the Runtime's ARN is in {runtime.region}",
            "Correct one of them; without the key, the region of the ARN counts",
        )


def _login(subject: Subject) -> Iterator[Line]:
    identity = subject.environment.identity
    if identity is None:
        targets = [part for part in (subject.deployed.runtime, subject.deployed.gateway) if part is not None]
        if targets and all(part.authorizer and part.authorizer.type != "CUSTOM_JWT" for part in targets):
            yield ok("settings-identity", "no [identity], and no authorizer here accepts a JWT")
            return
        yield warning(
            "settings-identity",
            "[identity] is missing, so no call with a token is made",
            "Add it if Runtime or Gateway accept tokens (environments/example.toml)",
        )
        return
    if identity.username in (PLACEHOLDER_USERNAME, ""):
        yield problem(
            "settings-username",
            f'[identity] username is still the placeholder "{identity.username}"',
            "Write the name of a user of the pool",
        )
    flow = FLOWS[identity.flow]
    if "client_id" not in flow.required_keys and identity.flow == "token":
        yield ok("settings-login", "flow token: no login, the token is given")
        return
    if subject.client_id is None:
        yield problem(
            "settings-client",
            "no app client: the file names none, and the authorizers do not allow exactly one",
            "Write it into [identity]:",
            'client_id = "APP_CLIENT_ID"',
        )
        return
    client = subject.client
    if client is None or client.get("unreadable"):
        why = client["unreadable"] if client else "it is not Cognito's, or there are no AWS credentials"
        yield unknown(
            "settings-client",
            f"the settings of app client {subject.client_id} could not be read ({why})",
            "Only the login itself will show whether it allows the flow",
        )
        return
    has_finding = any(finding.id.startswith(("login-", "oauth-")) for finding in _all(subject))
    if not has_finding:
        yield ok("settings-client", f"app client {subject.client_id} allows the flow {identity.flow}")


def _issuer(facts: dict[str, Any]) -> Iterator[Line]:
    """Whether a discovery document is readable and about itself (the provider metadata of OpenID Connect Discovery)."""
    url = facts["discoveryUrl"]
    if "unreadable" in facts:
        return  # one of the findings
    expected = url.split("/.well-known/")[0].rstrip("/")
    issuer = str(facts.get("issuer", ""))
    is_local = urlsplit(url).hostname in LOOPBACK  # a server on this machine in place of the issuer
    if issuer.rstrip("/") != expected and "{" not in issuer and not is_local:
        yield warning(
            "settings-issuer",
            f"the document at {url} says that its issuer is {issuer or 'unknown'}, not {expected}",
            "AgentCore compares a token's iss with the document: use the issuer's own URL",
        )
        return
    yield ok("settings-issuer", f"discovery document of {issuer}: {_count(facts)}")


def _count(facts: dict[str, Any]) -> str:
    count = len(facts.get("jwks", ()))
    return "1 signing key" if count == 1 else f"{count} signing keys"


def _all(subject: Subject) -> tuple[ConfigurationFinding, ...]:
    return check_configuration(subject.configuration, subject.environment)


def _findings(subject: Subject) -> Iterator[Line]:
    text = messages(DEFAULT)
    for finding in _all(subject):
        values = {**finding.values}
        if "target" in values:
            values["target"] = _TARGETS.get(values["target"], values["target"])
        sentence = text(f"deployed-{finding.id}", values).rstrip(".")
        line = problem if finding.severity == "error" else warning
        yield line(f"settings-{finding.id}", sentence)


CHECK = Check(80, "Settings", "environment", _lines)
