"""The change that mends a cause, with this environment's own values filled in.

What to do and why is text (`report/text`, message `fix-CAUSE`); here are the lines to paste.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from agentcore_probe.judge.case import Case
from agentcore_probe.model.judgement import Diagnosis, Remedy
from agentcore_probe.model.record import RunRecord

_Lines = Callable[["_Place"], tuple[str, ...]]


class _Place:
    """This environment's values, with names in angle brackets where one is not known."""

    def __init__(self, case: Case, record: RunRecord) -> None:
        environment, configuration = record.environment, record.configuration
        runtime, gateway = configuration.runtime, configuration.gateway
        target = environment.runtime
        self.arn = (target.arn if target else None) or (runtime.arn if runtime else None) or "<runtime-arn>"
        self.runtime_id = self.arn.rsplit("/", 1)[-1]
        self.qualifier = target.qualifier if target else "DEFAULT"
        self.region = environment.home_region or case.address.arn_region or "<region>"
        self.gateway_id = (
            (gateway.id if gateway else None)
            or (environment.gateway.id if environment.gateway else None)
            or "<gateway-id>"
        )
        client = configuration.client
        claims = case.token.claims if case.token else {}
        self.client_id = str(
            (client.client_id if client else None) or claims.get("client_id") or "<client-id>"
        )
        jwt = case.authorizer.jwt if case.authorizer else None
        self.discovery_url = (jwt.discovery_url if jwt else "") or "<discovery-url>"
        issuer = str(claims.get("iss") or "<issuer>")
        self.pool_id = issuer.rsplit("/", 1)[-1]
        self.username = (environment.identity.username if environment.identity else None) or "<user>"
        self.service = case.service
        url = case.exchange.request.url
        self.base = url.split("/runtimes/")[0] if "/runtimes/" in url else f"https://{case.address.host}"


def remedy(diagnosis: Diagnosis, case: Case, record: RunRecord, method: str) -> Remedy:
    """What mends `diagnosis` in this environment, ending with the command that checks the row again."""
    place = _Place(case, record)
    lines = _COMMANDS.get(diagnosis.cause)
    return Remedy(
        id=diagnosis.cause,
        values=diagnosis.values,
        commands=lines(place) if lines else (),
        recheck=f"python -m agentcore_probe verify {record.environment.name} --only {method}",
    )


def _encoded_call(place: _Place) -> tuple[str, ...]:
    return (
        f"curl -sS -X POST '{place.base}/runtimes/{quote(place.arn, safe='')}/invocations"
        f"?qualifier={quote(place.qualifier, safe='')}' \\\n"
        '  -H "Authorization: Bearer $JWT_TOKEN" -H "Content-Type: application/json" \\\n'
        '  -d \'{"prompt": "Hello"}\'',
    )


def _authorizer(place: _Place) -> tuple[str, ...]:
    if place.service == "gateway":
        return (
            f"aws bedrock-agentcore-control get-gateway --gateway-identifier {place.gateway_id} "
            f"--region {place.region} --query authorizerConfiguration",
        )
    return (
        f"aws bedrock-agentcore-control get-agent-runtime --agent-runtime-id {place.runtime_id} "
        f"--region {place.region} --query authorizerConfiguration",
        "# in update-agent-runtime, beside the required artifact and role:\n"
        f"--authorizer-configuration 'customJWTAuthorizer={{discoveryUrl={place.discovery_url},"
        f"allowedClients=[{place.client_id}]}}'",
    )


def _endpoints(place: _Place) -> tuple[str, ...]:
    return (
        f"aws bedrock-agentcore-control list-agent-runtime-endpoints --agent-runtime-id {place.runtime_id} "
        f"--region {place.region}",
    )


def _targets(place: _Place) -> tuple[str, ...]:
    return (
        f"aws bedrock-agentcore-control list-gateway-targets --gateway-identifier {place.gateway_id} "
        f"--region {place.region}",
        f"aws bedrock-agentcore-control synchronize-gateway-targets --gateway-identifier {place.gateway_id} "
        f"--target-id-list <target-id> --region {place.region}",
    )


def _flows(place: _Place) -> tuple[str, ...]:
    return (
        f"aws cognito-idp describe-user-pool-client --user-pool-id {place.pool_id} "
        f"--client-id {place.client_id} --region {place.region}",
    )


def _password(place: _Place) -> tuple[str, ...]:
    return (
        f"aws cognito-idp admin-set-user-password --user-pool-id {place.pool_id} "
        f'--username {place.username} --permanent --region {place.region} --password "$NEW_PASSWORD"',
    )


def _logs(place: _Place) -> tuple[str, ...]:
    return (
        f"aws logs tail /aws/bedrock-agentcore/runtimes/{place.runtime_id}-{place.qualifier} "
        f"--since 15m --region {place.region}",
    )


def _policy(place: _Place) -> tuple[str, ...]:
    action, resource = (
        ("bedrock-agentcore:InvokeGateway", f"<arn of {place.gateway_id}>")
        if place.service == "gateway"
        else ("bedrock-agentcore:InvokeAgentRuntime", place.arn)
    )
    return (f'{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}',)


_COMMANDS: dict[str, _Lines] = {
    "arn-not-encoded": _encoded_call,
    "arn-double-encoded": _encoded_call,
    "arn-blank-or-padded": _encoded_call,
    "arn-kind-wrong": _encoded_call,
    "path-wrong": _encoded_call,
    "account-id-missing": _encoded_call,
    "wrong-host": _encoded_call,
    "region-mismatch": _encoded_call,
    "credential-missing": _encoded_call,
    "bearer-prefix-missing": _encoded_call,
    "sigv4-on-jwt": _encoded_call,
    "qualifier-not-found": _endpoints,
    "runtime-not-found": _endpoints,
    "endpoint-propagating": _endpoints,
    "resource-not-ready": _endpoints,
    "issuer-mismatch": _authorizer,
    "signing-key-unknown": _authorizer,
    "client-not-allowed": _authorizer,
    "id-token-sent": _authorizer,
    "audience-not-allowed": _authorizer,
    "scope-missing": _authorizer,
    "insufficient-scope": _authorizer,
    "custom-claim-mismatch": _authorizer,
    "refused-unexplained": _authorizer,
    "target-not-ready": _targets,
    "target-unknown": _targets,
    "auth-flow-disabled": _flows,
    "secret-hash-missing": _flows,
    "secret-hash-unexpected": _flows,
    "client-not-found": _flows,
    "oauth-client-invalid": _flows,
    "oauth-grant-not-allowed": _flows,
    "oauth-scope-invalid": _flows,
    "wrong-password": _password,
    "password-change-required": _password,
    "password-reset-required": _password,
    "container-failed": _logs,
    "gateway-timeout": _logs,
    "iam-not-allowed": _policy,
}
