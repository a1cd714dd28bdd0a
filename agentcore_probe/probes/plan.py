"""Makes the plan of a run: the requests that its own code builds, and what is predicted of them.

Every target answers every call, once with an acceptance and once with a refusal. A request that only one of both has is
sent only if its row is accepted, or only if it is not.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from agentcore_probe.access.aws_values import aws_values, machine_values
from agentcore_probe.access.pace import PER_SECOND
from agentcore_probe.access.planned import PlannedAws
from agentcore_probe.judge.prediction import intended, predict
from agentcore_probe.model.configuration import (
    Authorizer,
    AuthorizerType,
    Configuration,
    GatewayConfiguration,
    HarnessConfiguration,
    JwtAuthorizer,
    RegistryConfiguration,
    RuntimeConfiguration,
)
from agentcore_probe.model.costs import costs
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.environment import Environment, Limits
from agentcore_probe.model.exchange import Exchange, TokenFacts
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.model.methods import (
    AccessMethod,
    caller_of,
    entrance_of,
    is_invocation,
    is_public,
    unasked_entrances,
    wanted_of,
)
from agentcore_probe.model.methods import method as find_method
from agentcore_probe.model.oauth_discovery import origin_of
from agentcore_probe.model.plan import (
    UNKNOWN_ADDRESSES,
    AuthorizerPrediction,
    CallerCredential,
    Condition,
    KnownRun,
    LoginCall,
    Plan,
    PlannedRequest,
    PlannedRow,
)
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.budget import request_limit
from agentcore_probe.probes.experiments import MAX_CALLS
from agentcore_probe.probes.known import Known, known_of
from agentcore_probe.probes.plan_values import file_values
from agentcore_probe.probes.planned_run import PlannedRun, with_unknown_issuer
from agentcore_probe.probes.registry import tests_tokens_in_vain

_KINDS: Mapping[str, tuple[AuthorizerType, ...]] = {
    "runtime": ("CUSTOM_JWT", "AWS_IAM"),
    "gateway": ("CUSTOM_JWT", "AWS_IAM", "NONE"),
    "harness": ("CUSTOM_JWT", "AWS_IAM"),
    "registry": ("CUSTOM_JWT", "AWS_IAM"),
}
"""The authorizers that a target may have; an authorizer AUTHENTICATE_ONLY is predicted like IAM's."""


def make_plan(  # noqa: PLR0913  (keyword arguments)
    environment: Environment,
    record: RunRecord | None = None,
    *,
    path: str = "",
    only: str | None = None,
    controls: ControlLevel = "all",
    experiments: bool = True,
    aws: PlannedAws | None = None,
) -> Plan:
    """The plan of one run. Nothing is sent, and no credentials are looked for.

    Args:
        environment: what would be probed.
        record: an earlier run of it, for what is deployed.
        path: where that record is.
        only: as for `Run.observe`.
        controls: as for `Run`.
        experiments: as for `Run`.
        aws: that of another plan of the environment, whose session and clients are used again.

    Raises:
        InputError: the region is missing or invalid, or the login lacks a key.
    """
    known = known_of(environment, record)
    assumed = with_unknown_issuer(environment, known)
    run = PlannedRun(assumed, known, "accepted", controls=controls, aws=aws)
    aws, store = run.aws, run.store
    accepted = run.observe(only)
    reads = tuple(_reads(aws.reads))
    refused = PlannedRun(assumed, known, "refused", controls=controls, aws=aws).observe(only)
    requests = (*reads, *_merged(accepted.exchanges, refused.exchanges))
    urls = (
        request.url
        for request in requests
        if request.url and not request.url.startswith(tuple(map(origin_of, UNKNOWN_ADDRESSES)))
    )
    hosts = {urlsplit(url).netloc: url for url in urls}
    limits = environment.limits
    problem = aws.login_problem
    plan = Plan(
        environment=environment.name,
        embedded=environment.local is not None,
        known=_known_run(environment, known, path),
        values=(
            *aws_values(environment, aws),
            *machine_values(hosts, aws),
            *file_values(environment, known, aws, store.problems),
        ),
        aws_login=(*aws.source.calls, *_roles(environment)) if problem is None else (),
        aws_login_problem=problem,
        requests=requests,
        rows=tuple(_rows(environment, known, accepted)),
        unasked=unasked_entrances(environment) if only is None else (),
        limit=request_limit(environment),
        per_second=limits.requests_per_second or PER_SECOND,
        experiments=MAX_CALLS if experiments else 0,
    )
    if (as_mcp := _as_mcp(environment, known)) is None:
        return plan
    other = make_plan(as_mcp, record, only=only, controls=controls, experiments=experiments, aws=aws)
    return plan.model_copy(update={"more_for_mcp": max(other.needed - plan.needed, 0)})


def _roles(environment: Environment) -> Iterator[LoginCall]:
    """The roles of further callers, which the same credentials assume."""
    for caller in (environment.identities or {}).values():
        if caller.role_arn is not None:
            needs_code = environment.mfa_serial is not None
            yield LoginCall(action="sts:AssumeRole", of=caller.role_arn, mfa=needs_code)


def _as_mcp(environment: Environment, known: Known) -> Environment | None:
    """The environment with a Runtime that is an MCP server, the longest conversation; None where its protocol is known."""
    runtime, deployed = environment.runtime, known.configuration.runtime
    if runtime is None or runtime.protocol is not None or (deployed is not None and deployed.protocol):
        return None
    return environment.model_copy(update={"runtime": runtime.model_copy(update={"protocol": "MCP"})})


def _known_run(environment: Environment, known: Known, path: str) -> KnownRun | None:
    if environment.local is not None:
        return KnownRun(path="[local]")
    return KnownRun(path=path, started=known.record.provenance.started) if known.record else None


def recorded_plan(environment: Environment) -> Plan:
    """The plan of an environment that replays a record: nothing is sent."""
    limits: Limits = environment.limits
    return Plan(
        environment=environment.name,
        recorded=True,
        limit=request_limit(environment),
        per_second=limits.requests_per_second or PER_SECOND,
    )


def _reads(reads: Sequence[Exchange]) -> Iterator[PlannedRequest]:
    """The reads, in an order that does not depend on the threads that made them; each once."""
    distinct = {(read.step, read.request.url, read.request.body): read for read in reads}
    for number, key in enumerate(sorted(distinct, key=repr), start=1):
        yield _planned(distinct[key], f"read/{number}", None, counted=False)


def _merged(accepted: Sequence[Exchange], refused: Sequence[Exchange]) -> Iterator[PlannedRequest]:
    """The requests of both branches, those of each row in order."""
    matcher = difflib.SequenceMatcher(
        None,
        [_key(exchange) for exchange in accepted],
        [_key(exchange) for exchange in refused],
        autojunk=False,
    )
    numbers: dict[str, int] = {}
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        parts: list[tuple[Sequence[Exchange], Condition | None]] = [(accepted[start:end], None)]
        if tag != "equal":
            parts = [(accepted[start:end], "accepted"), (refused[other_start:other_end], "refused")]
        for exchanges, condition in parts:
            for exchange in exchanges:
                row = exchange.id.rpartition("/")[0]
                numbers[row] = numbers.get(row, 0) + 1
                yield _planned(exchange, f"{row}/{numbers[row]}", condition)


def _key(exchange: Exchange) -> tuple[object, ...]:
    """What an equal request of the other branch has in common with it; session and message ids differ."""
    row, is_first = exchange.id.rpartition("/")[0], exchange.phase == "before"
    url = exchange.request.url
    if exchange.purpose == "authorization":
        url = url.partition("?")[0]  # `state` and `nonce` differ
    return (row, exchange.step, url, exchange.control, exchange.forged, is_first)


def _planned(
    exchange: Exchange, id: str, condition: Condition | None, *, counted: bool = True
) -> PlannedRequest:
    request = exchange.request
    phase = exchange.phase
    if exchange.must_be_refused and phase is None:
        phase = "after"  # of the branch in which no counterpart is accepted
    return PlannedRequest(
        id=id,
        row=id.rpartition("/")[0],
        step=exchange.step,
        method=request.method,
        url=request.url,
        auth=request.auth,
        credential=_credential(exchange),
        headers=request.headers,
        body=request.body,
        forged=exchange.forged,
        control=exchange.control,
        phase=phase,
        purpose=exchange.purpose,
        condition=condition,
        counted=counted,
        costs=costs(exchange.purpose, exchange.step),
    )


def _credential(exchange: Exchange) -> CallerCredential | None:
    if exchange.request.auth == "sigv4":
        return "signature"
    if exchange.request.auth == "bearer":
        tokens: dict[str, CallerCredential] = {"id-token": "id-token", "expired": "expired-token"}
        return "forged-token" if exchange.forged else tokens.get(exchange.control or "", "token")
    if exchange.purpose not in ("login", "token"):
        return None
    return "client" if exchange.request.header("authorization") else "login"


def _rows(environment: Environment, known: Known, record: RunRecord) -> Iterator[PlannedRow]:
    """The access methods, and the ways in of further callers."""
    of_callers = (observation for caller in record.identities for observation in caller.observations)
    for observation in (*record.observations, *of_callers):
        method = find_method(observation.method)
        assert method is not None  # a run has no other methods
        name = caller_of(observation.method)
        if name is None:
            token = known.id_token if method.auth == "id-token" else known.token
            expectation = environment.expect.get(method.id)
            expected: Decision | None = expectation.decision if expectation else None
        else:
            token = known.token_of(name)
            expected = wanted_of((environment.identities or {})[name], method.id)
        yield PlannedRow(
            method=observation.method,
            predictions=tuple(_predictions(method, known, token)),
            expected=expected,
            effect=None if is_invocation(method) else entrance_of(method).effect,
            not_tried=observation.not_tried,
            not_applicable=observation.not_applicable,
        )


def _predictions(
    method: AccessMethod, known: Known, token: TokenFacts | None
) -> Iterator[AuthorizerPrediction]:
    """What the known authorizer gives a row, else what each possible one does."""
    authorizer = known.configuration.authorizer(method.target)
    if method.fixed_prediction is not None:
        fixed = method.fixed_prediction
        yield AuthorizerPrediction(decision=fixed.decision, cause=fixed.cause)
    elif authorizer is not None:
        now = datetime.now(UTC)
        prediction = predict(method, known.configuration, token, now, now)
        decision = prediction.decision or intended(method, known.configuration, token, now)
        cause = prediction.cause if decision == prediction.decision == "refused" else None
        yield AuthorizerPrediction(authorizer=authorizer.type, decision=decision, cause=cause)
    else:
        configurations = {kind: _with_authorizer(kind) for kind in _KINDS[method.target]}
        possible = [
            (kind, intended(method, configuration))
            for kind, configuration in configurations.items()
            if not tests_tokens_in_vain(method, configuration)
            and (kind == "CUSTOM_JWT" or not is_public(method))
        ]
        if len(possible) > 1 and len({decision for _, decision in possible}) == 1:
            yield AuthorizerPrediction(decision=possible[0][1])
        else:
            for kind, decision in possible:
                yield AuthorizerPrediction(authorizer=kind, decision=decision)


def _with_authorizer(kind: AuthorizerType) -> Configuration:
    authorizer = Authorizer(type=kind, jwt=JwtAuthorizer() if kind == "CUSTOM_JWT" else None)
    return Configuration(
        runtime=RuntimeConfiguration(authorizer=authorizer),
        gateway=GatewayConfiguration(authorizer=authorizer),
        harness=HarnessConfiguration(authorizer=authorizer),
        registry=RegistryConfiguration(authorizer=authorizer),
    )
