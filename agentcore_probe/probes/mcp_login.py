"""The login of an interactive MCP client at a target, from its first refusal to the first call that it accepts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.access.control_plane import read_targets
from agentcore_probe.access.identity import log_in
from agentcore_probe.access.person import Person
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.errors import InputError
from agentcore_probe.flows.flow import NoTokens, PreparedLogin, Tokens
from agentcore_probe.flows.mcp_client import McpClientLogin
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.login_chain import LoginStep, StepId
from agentcore_probe.model.methods import documented_call
from agentcore_probe.model.methods import method as find_method
from agentcore_probe.model.progress import PROMPT
from agentcore_probe.model.record import AwsLogin, Observation, RunRecord
from agentcore_probe.probes.client_choice import ClientChoice, with_redirect_uri
from agentcore_probe.probes.context import ProbeContext
from agentcore_probe.probes.evidence import Evidence
from agentcore_probe.probes.login import client_facts, token_facts, with_client_secret
from agentcore_probe.probes.login_documents import (
    CLIENT_METADATA,
    REGISTRATION,
    LoginDocuments,
    login_documents,
)
from agentcore_probe.probes.login_steps import (
    NO_LOGIN_NEEDED,
    call_step,
    discovery_steps,
    exchange_of,
    failed,
    passed,
    refused_login,
)
from agentcore_probe.probes.mcp import facts_of_pages_read
from agentcore_probe.probes.observation import observation_of
from agentcore_probe.probes.parts import Parts
from agentcore_probe.probes.person_texts import person_texts
from agentcore_probe.probes.registry import run_probe
from agentcore_probe.probes.run import PhaseCallback, Run
from agentcore_probe.secret import Secret
from agentcore_probe.threads import Threads

MOST_REQUESTS = 30
"""How many requests are sent at most; reads of the configuration are not counted, as in a run."""
_PAGES = 3
"""Pages of tools that are read: enough to see that the call is accepted."""


_OF_DOCUMENTS = ("endpoint-not-safe", NO_LOGIN_NEEDED)
"""Reasons of steps for which no answer shows a cause."""


class McpLogin(Run):
    """One login. Its record is that of a run of the method that calls the target with a token.

    Args:
        environment: what is logged in to.
        choice: the client.
        keys: as for `Run`.
        secrets: as for `Run`.
        progress: as for `Run`.
        stop: as for `Run`.
        report: called with each step as it ends.
        open_url: opens the person's browser; None: the one of this machine.
        is_there: whether somebody can log in; None: whether there is a terminal.
        language: of what the person is asked; None: the environment's.
    """

    def __init__(  # noqa: PLR0913  (keyword arguments)
        self,
        environment: Environment,
        choice: ClientChoice,
        *,
        keys: AwsKeys | None = None,
        secrets: Mapping[str, Secret] | None = None,
        progress: PhaseCallback | None = None,
        stop: threading.Event | None = None,
        report: Callable[[LoginStep], None] = lambda _: None,
        open_url: Callable[[str], None] | None = None,
        is_there: Callable[[], bool] | None = None,
        language: str | None = None,
    ) -> None:
        stop = stop or threading.Event()
        prompt = partial(progress, PROMPT) if progress is not None else lambda _: None
        aws = Aws(environment, keys, prompt)
        seconds = environment.limits.login_seconds
        texts = person_texts(language or environment.language)
        person = Person(
            prompt, stop, seconds, is_there=is_there, open_url=open_url, keeps_logins=False, texts=texts
        )
        evidence = Evidence(environment.limits, aws.ca_bundle, MOST_REQUESTS)
        parts = Parts(aws, SecretStore(aws, secrets or {}, stop), person, evidence)
        super().__init__(environment, progress=progress, stop=stop, parts=parts)
        self._choice, self._report = choice, report

    def _observe(self, started: datetime, only: str | None, change: str | None) -> RunRecord:  # noqa: ARG002
        call = documented_call(self._choice.target, "jwt")
        metadata = find_method(f"{self._choice.target}-oauth-metadata")
        assert metadata is not None
        problem = self._aws.login_problem
        with Threads(1, "caller") as pool:
            caller = pool.submit(self._aws.caller)
            facts = read_targets(self._environment, self._aws) if self._can_read(problem) else {}
            deployed = from_answers(facts)
            self._check_target(deployed, problem)
            self._evidence.unmasked = deployed.claims_of_rules
            walk, sent = map(self._evidence.open_transport, (metadata.id, call.id))
            read = run_probe(metadata, self._context(deployed), walk)
            self._evidence.collect(walk)
            seen = observation_of(metadata, walk.exchanges, read, deployed)
            tokens = self._tokens(seen, facts)
            deployed = from_answers(facts)
            result = run_probe(call, self._context(deployed, tokens), sent)
            result = replace(result, facts=facts_of_pages_read(result.facts))
            if sent.exchanges:
                protocol = self._context(deployed).protocol if self._choice.target == "runtime" else "MCP"
                related = self._evidence.exchanges
                self._report(call_step(sent.exchanges, result, deployed, related, protocol=protocol))
            arn, refused = caller.result()
        self._evidence.collect(sent)
        return RunRecord(
            environment=self._environment,
            provenance=self._provenance(started, arn, problem or refused, call.id),
            configuration=deployed,
            token=token_facts(tokens, deployed.claims_of_rules),
            exchanges=self._evidence.exchanges,
            observations=(observation_of(call, sent.exchanges, result, deployed), seen),
        ).with_end(datetime.now(UTC))

    def _can_read(self, problem: AwsLogin | None) -> bool:
        return problem is None and self._aws.region is not None

    def _check_target(self, deployed: Configuration, problem: AwsLogin | None) -> None:
        """Raises an error where the environment does not say what is logged in to.

        Raises:
            InputError: the environment has no such target, or its address is not known.
            AwsLoginError: the address would be known with AWS credentials.
        """
        target = self._choice.target
        if getattr(self._environment, target) is None:
            hint = f"Add [{target}], or log in to the other target with --target"
            raise InputError(f"the environment has no [{target}]", hint=hint)
        if target == "runtime" or self._context(deployed).gateway_url is not None:
            return
        if problem is not None:
            raise AwsLoginError(problem)
        raise InputError("the Gateway's URL is not known", hint="Add url to [gateway]")

    def _context(self, deployed: Configuration, tokens: Tokens | NoTokens | None = None) -> ProbeContext:
        login: Future[Tokens | NoTokens | None] = Future()
        login.set_result(tokens)
        gateway = self._environment.gateway
        environment = self._environment
        if gateway is not None:
            # The list of tools shows that the call is accepted; no tool is called.
            environment = environment.model_copy(
                update={"gateway": gateway.model_copy(update={"tool": None})}
            )
        return ProbeContext(environment, self._aws, deployed, login, stop=self._stop, max_pages=_PAGES)

    def _tokens(self, seen: Observation, facts: dict[str, Any]) -> Tokens | NoTokens:
        """The tokens of the login; at the first step that fails, why there are none."""
        deployed, exchanges = from_answers(facts), self._evidence.exchanges
        found = login_documents(exchanges)
        record = RunRecord(
            environment=self._environment, configuration=deployed, exchanges=exchanges, observations=(seen,)
        )
        for step in discovery_steps(found, record, self._choice):
            self._report(step)
            if step.result == "failed" or step.reason == NO_LOGIN_NEEDED:
                own = step.reason if step.reason in _OF_DOCUMENTS else "no-token"
                return NoTokens(seen.not_applicable or own, exchange_of(step, exchanges, deployed))
        if seen.not_applicable is not None:
            return NoTokens(seen.not_applicable)
        if self._choice.registers and not isinstance(found.document.get(REGISTRATION), str):
            self._report(failed("client-identity", "no-registration-endpoint", found.server))
            return NoTokens("no-registration-endpoint")
        login = self._prepare(found, facts)
        if isinstance(login, NoTokens):
            self._report(failed("client-identity", login.reason, None))
            return login
        return self._log_in_as(login, found, from_answers(facts))

    def _prepare(self, found: LoginDocuments, facts: dict[str, Any]) -> PreparedLogin | NoTokens:
        """The client with its secret; from here on, the environment has this login, and the facts have its settings.

        Raises:
            InputError: no client is named, or its secret cannot be read.
        """
        identity = self._choice.identity(self._environment, found, from_answers(facts))
        reference = identity.client_secret
        secret = self._store.read(reference, "client secret") if reference is not None else None
        login = PreparedLogin(identity, identity.client_id, identity.discovery_url, client_secret=secret)
        can_read = not self._choice.registers and self._aws.login_problem is None
        settings = client_facts(login, self._aws) if can_read else None
        if settings is not None:
            facts["client"] = settings
        if not self._choice.registers and self._choice.metadata_url is None:
            login = with_redirect_uri(login, from_answers(facts).client if settings is not None else None)
        self._environment = self._environment.model_copy(update={"identity": login.identity})
        return with_client_secret(login, settings, self._aws)

    def _log_in_as(
        self, login: PreparedLogin, found: LoginDocuments, deployed: Configuration
    ) -> Tokens | NoTokens:
        """Lets the client log in, and the person with it."""
        document = found.document
        is_unlisted = self._choice.metadata_url is not None and document.get(CLIENT_METADATA) is not True
        steps = McpClientLogin(self._choice.registers, partial(self._passed, is_unlisted=is_unlisted))
        transport = self._evidence.open_transport("identity")
        tokens = log_in(login, self._aws, transport, lambda: document, self._person, begin=steps.log_in)
        self._evidence.collect(transport)
        if isinstance(tokens, NoTokens):
            shown = next((item for item in transport.exchanges if item.id == tokens.exchange), None)
            step = refused_login(steps.step, tokens.reason, shown, deployed, transport.exchanges)
            if (step.step, step.reason) == ("client-identity", "no-token"):
                tokens = tokens._replace(reason="registration-unusable")
                step = step.model_copy(update={"reason": tokens.reason})
            self._report(step)
        return tokens

    def _passed(self, step: StepId, client_id: str, *, is_unlisted: bool) -> None:
        """Reports a step of the login itself; a client that registered itself belongs to the record's environment."""
        if step != "client-identity":
            reason = "logged-in" if step == "authorization" else "token-issued"
            self._report(passed(step, reason, client=client_id))
            return
        identity = self._environment.identity
        assert identity is not None
        named = identity.model_copy(update={"client_id": client_id})
        self._environment = self._environment.model_copy(update={"identity": named})
        reason = "client-registered" if self._choice.registers else "client-known"
        known = passed(step, reason, client=client_id)
        warning = {"result": "warning", "reason": "client-metadata-unlisted"}
        self._report(known.model_copy(update=warning) if is_unlisted else known)
