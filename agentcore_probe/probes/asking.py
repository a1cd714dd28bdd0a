"""One call, and the few others without which its answer cannot be understood.

The anonymous call before it, the same call with the other form of the ARN, the anonymous call after it where it was
accepted, the public documents that a 401 names, and what changes one factor. The rest of a run is not made.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.access.control_plane import read_targets
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import runtime_headers
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import InputError
from agentcore_probe.flows.flow import NoTokens, Tokens
from agentcore_probe.judge.decision import combined_decision
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.environment import Protocol
from agentcore_probe.model.methods import AccessMethod, documented_call, order, other_form_of
from agentcore_probe.model.methods import method as find_method
from agentcore_probe.model.question import Question
from agentcore_probe.model.record import AwsLogin, Observation, RunRecord
from agentcore_probe.probes import gateway, mcp, runtime
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, Result, SigningCaller
from agentcore_probe.probes.controls import ControlledTarget, anonymous_call
from agentcore_probe.probes.experiments import as_changed, experiments
from agentcore_probe.probes.issuers import Issuers, discovery_urls
from agentcore_probe.probes.login import prepare_login, token_facts
from agentcore_probe.probes.observation import observation_of
from agentcore_probe.probes.protocol_seen import protocol_of_refusal, speaks_no_mcp
from agentcore_probe.probes.public_documents import PublicDocuments
from agentcore_probe.probes.registry import PROBES
from agentcore_probe.probes.run import PhaseCallback, Run
from agentcore_probe.threads import Threads

MOST_REQUESTS = 12
"""How many requests are sent at most; reads of the configuration are not counted, as in a run."""
MOST_REQUESTS_OF_ONE_CALL = 6
"""The same for a Runtime that speaks HTTP or AG-UI, where one request is the whole call."""
_PAGES = 3
"""Pages of tools that are read: enough to see that the call works."""


class Asking(Run):
    """Asks one question.

    Args:
        question: what is asked.
        progress: called when a phase begins or ends.
        stop: ends it when it is set from another thread.
    """

    def __init__(
        self,
        question: Question,
        *,
        progress: PhaseCallback | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        super().__init__(
            question.environment,
            progress=progress,
            stop=stop,
            logs_in=question.uses_aws,
            requests=MOST_REQUESTS,
        )
        self._question = question
        self._transports: dict[str, Transport] = {}
        self._has_guessed = False
        self._is_tried_elsewhere = False
        """Whether the documented URL was called after the given one: nothing else shows more."""
        self._not_in_row: set[str] = set()
        """Ids of calls at another URL than the given one, or in a protocol that the Runtime does not speak."""

    def _observe(self, started: datetime, only: str | None, change: str | None) -> RunRecord:  # noqa: ARG002
        method, problem = self._method()
        with Threads(1, "caller") as pool:
            caller = pool.submit(self._aws.caller)
            facts = self._read_configuration(problem)
            deployed = from_answers(facts)
            self._evidence.unmasked = deployed.claims_of_rules
            tokens = self._tokens(deployed)
            login = pool.submit(lambda: tokens)
            context = ProbeContext(
                self._environment, self._aws, deployed, login, stop=self._stop, max_pages=_PAGES
            )
            context = self._send_before(context, method)
            results = self._call(context, method)
            facts |= self._read_public(method, deployed)
            arn, refused = caller.result()
        for transport in self._transports.values():
            self._evidence.collect(transport)
        provenance = self._provenance(started, arn, refused, method.id)
        record = RunRecord(
            environment=self._environment,
            provenance=provenance.model_copy(update={"command": self._question.command or None}),
            configuration=from_answers(facts),
            token=token_facts(tokens, deployed.claims_of_rules),
            exchanges=self._evidence.exchanges,
            observations=tuple(self._rows(results, deployed)),
        )
        return self._with_proofs(record.with_end(datetime.now(UTC)), method, context)

    def _method(self) -> tuple[AccessMethod, AwsLogin | None]:
        """The access method that makes this call, and why AWS is not used.

        Raises:
            AwsLoginError: the caller wants AWS credentials to be used, or has some that cannot be.
        """
        target, credential = self._question.target, self._question.credential
        problem = self._aws.login_problem
        are_missing = problem is not None and problem.cause == "aws-credentials-missing"
        if self._question.uses_aws and problem is not None and not (are_missing and credential == "unsaid"):
            raise AwsLoginError(problem)
        auths = {"token": "jwt", "signature": "sigv4", "none": "none"}
        method = documented_call(target, auths.get(credential, "sigv4" if problem is None else "none"))
        if method.auth == "sigv4" and self._aws.region is None:
            raise InputError(
                "no AWS region to sign for", where="--region", hint="Name it: --region us-east-1"
            )
        return method, problem

    def _read_configuration(self, problem: AwsLogin | None) -> dict[str, Any]:
        """What is deployed, where AWS credentials are used."""
        if problem is not None or self._aws.region is None:
            return {}
        self._progress("configuration", "begun")
        facts = read_targets(self._environment, self._aws)
        self._progress("configuration", "done")
        return facts

    def _tokens(self, deployed: Configuration) -> Tokens | NoTokens | None:
        """The token that was named; None where none was.

        Raises:
            InputError: it cannot be read, or no header can contain it.
        """
        login = prepare_login(self._environment, deployed, self._store)
        tokens = self._log_in(login, Issuers({}))
        if isinstance(tokens, NoTokens):
            hint = "Remove line breaks and other control characters"
            raise InputError("no header can contain the token", where="the token", hint=hint)
        return tokens

    def _send_before(self, context: ProbeContext, method: AccessMethod) -> ProbeContext:
        """Sends the anonymous call, unless it is the one that is asked about; its refusal may show the protocol."""
        if method.auth == "none":
            return context
        row = documented_call(method.target, "none").id
        anonymous = self._transport(row)
        self._send(row, anonymous_call(self._target(context, anonymous).first(None), "before"))
        asked, deployed = self._environment.runtime, context.configuration.runtime
        protocol = protocol_of_refusal(anonymous.exchanges[0])
        is_known = asked is None or asked.protocol or asked.payload or (deployed and deployed.protocol)
        if is_known or protocol is None:
            return context
        self._has_guessed = True
        return self._speaking(context, protocol)

    def _speaking(self, context: ProbeContext, protocol: Protocol) -> ProbeContext:
        """`context` with a Runtime that speaks this protocol."""
        assert self._environment.runtime is not None
        seen = {"runtime": self._environment.runtime.model_copy(update={"protocol": protocol})}
        self._environment = self._environment.model_copy(update=seen)
        return replace(context, environment=self._environment)

    def _call(self, context: ProbeContext, method: AccessMethod) -> dict[str, Result]:
        """Sends the call, and what comes after it; what the probes returned, by method."""
        anonymous = documented_call(method.target, "none").id
        results = {anonymous: Result(), method.id: Result()}
        target = self._target(context, self._transport(anonymous))
        self._progress(method.id, "begun")
        results[method.id] = self._send_call(context, method, target)
        decision = self._decision(method.id, context)
        self._progress(method.id, decision)
        if method.auth == "none" or not self._has_answer(method.id):
            return results
        other = other_form_of(method) if self._question.url is None else None
        if other is not None:
            context = replace(context, environment=self._environment)  # whose protocol may be known now
            results[other.id] = PROBES[other.id](context, self._transport(other.id))
        if decision == "accepted" and self._has_answer(anonymous):
            self._send(anonymous, anonymous_call(target.first(None), "after"))
            if self._decision(anonymous, context) != "accepted":
                for outgoing in target.later()[:1]:
                    self._send(anonymous, anonymous_call(outgoing, "after"))
        return results

    def _send_call(self, context: ProbeContext, method: AccessMethod, target: ControlledTarget) -> Result:
        """The call as it was given, then in the documented form where it needs that."""
        first = target.first(None)
        if self._question.url is not None:
            self._send_as_given(context, method, first)
            return Result()
        if method.auth == "none":
            self._send(method.id, anonymous_call(first, None))
            return Result()
        result = PROBES[method.id](context, self._transport(method.id))
        if self._has_guessed and speaks_no_mcp(self._transport(method.id).exchanges):
            self._not_in_row.add(self._transport(method.id).exchanges[-1].id)
            result = PROBES[method.id](self._speaking(context, "A2A"), self._transport(method.id))
        return replace(result, facts=mcp.facts_of_pages_read(result.facts))

    def _send_as_given(self, context: ProbeContext, method: AccessMethod, documented: Outgoing) -> None:
        """The call at the URL as it was given; if it is not accepted, at the documented one, as an experiment."""
        caller = self._caller(method, context)
        self._send(method.id, caller.equip(replace(documented, url=str(self._question.url))))
        is_settled = self._decision(method.id, context) == "accepted" or not self._has_answer(method.id)
        if is_settled or documented.url == self._question.url:
            return
        self._send(method.id, caller.equip(documented))
        exchanges = self._transport(method.id).exchanges
        exchanges[-1] = as_changed(exchanges[0], exchanges[-1])
        self._not_in_row.add(exchanges[-1].id)
        self._is_tried_elsewhere = True

    def _target(self, context: ProbeContext, transport: Transport) -> ControlledTarget:
        """How the target is called without a credential: in the documented form, as far as that is known."""
        environment, question = self._environment, self._question
        if question.body is None and environment.runtime is not None:
            return runtime.controlled(context, transport)
        if question.body is None and environment.gateway is not None:
            return gateway.controlled(context, transport)
        assert question.url is not None
        headers = {**runtime_headers("HTTP"), "Accept": "*/*"}
        outgoing = Outgoing("invoke", question.url, headers=headers, body=question.body)
        return ControlledTarget(question.target, lambda step: replace(outgoing, step=step or "invoke"), tuple)

    @staticmethod
    def _caller(method: AccessMethod, context: ProbeContext) -> Caller:
        if method.auth == "sigv4":
            return SigningCaller(context.aws)
        return BearerCaller(context.tokens.access) if isinstance(context.tokens, Tokens) else Caller()

    def _transport(self, method: str) -> Transport:
        if method not in self._transports:
            self._transports[method] = self._evidence.open_transport(method)
        return self._transports[method]

    def _send(self, method: str, outgoing: Outgoing) -> None:
        self._stop.check()
        self._transport(method).send(outgoing)

    def _has_answer(self, method: str) -> bool:
        return any(exchange.response is not None for exchange in self._transport(method).exchanges)

    def _decision(self, method: str, context: ProbeContext) -> Decision:
        return combined_decision(tuple(self._transport(method).exchanges), context.configuration)

    def _read_public(self, method: AccessMethod, deployed: Configuration) -> dict[str, Any]:
        """What anyone may read of the target and of its issuer."""
        calls = [exchange for transport in self._transports.values() for exchange in transport.exchanges]
        known = next(iter(discovery_urls(self._environment, deployed)), None)
        documents = PublicDocuments(method.target, known, self._transport)
        decision = combined_decision(tuple(self._transport(method.id).exchanges), deployed)
        return documents.read(calls, is_refused=method.auth == "jwt" and decision == "refused")

    def _rows(self, results: dict[str, Result], deployed: Configuration) -> Iterable[Observation]:
        for id in sorted(results, key=order):
            method = find_method(id)
            exchanges = [
                exchange for exchange in self._transport(id).exchanges if exchange.id not in self._not_in_row
            ]
            if method is not None and (exchanges or method.auth != "none"):
                yield observation_of(method, exchanges, results[id], deployed)

    def _with_proofs(self, record: RunRecord, method: AccessMethod, context: ProbeContext) -> RunRecord:
        """The record with as many calls that change one factor of the call as may still be sent."""
        asked = record.observation(method.id)
        if asked is None or self._is_tried_elsewhere:
            return record
        only_asked = record.model_copy(update={"observations": (asked,)})
        is_one_call = self._question.target == "runtime" and context.protocol in ("HTTP", "AGUI")
        limit = MOST_REQUESTS_OF_ONE_CALL if is_one_call else MOST_REQUESTS
        left = max(0, limit - sum(exchange.was_sent for exchange in record.exchanges))
        return self._with_changed(record, experiments(only_asked, self._evidence.requests, context)[:left])
