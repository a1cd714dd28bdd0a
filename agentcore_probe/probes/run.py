"""Environment -> RunRecord: reads what is deployed, gets a token, and runs every probe in parallel."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from agentcore_probe import __version__
from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.control_plane import policy_arns, read_policies, read_targets
from agentcore_probe.access.identity import log_in
from agentcore_probe.access.oidc import read_issuer
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.person import Person
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.access.transport import Transport
from agentcore_probe.access.user_pool import pools_of, read_user_pools
from agentcore_probe.access.vpc_endpoints import endpoint_policies
from agentcore_probe.flows.flow import NoTokens, PreparedLogin, Tokens
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.model.methods import METHODS, AccessMethod
from agentcore_probe.model.pool import Pool
from agentcore_probe.model.progress import PROMPT
from agentcore_probe.model.record import AwsLogin, Provenance, RunRecord
from agentcore_probe.probes.budget import request_limit
from agentcore_probe.probes.callers import FurtherCallers
from agentcore_probe.probes.context import ProbeContext
from agentcore_probe.probes.evidence import Evidence
from agentcore_probe.probes.experiments import change_request, experiments
from agentcore_probe.probes.gate import Gate
from agentcore_probe.probes.issuers import Issuers, discovery_urls
from agentcore_probe.probes.login import client_facts, prepare_login, token_facts, with_client_secret
from agentcore_probe.probes.parts import Parts
from agentcore_probe.probes.person_texts import person_texts
from agentcore_probe.probes.provenance import clock_offset, proxy_notes, revision, versions, who_answered
from agentcore_probe.probes.registry import select_methods
from agentcore_probe.probes.rows import Rows
from agentcore_probe.probes.stop import RunStop, threads
from agentcore_probe.secret import Secret

if TYPE_CHECKING:
    from agentcore_probe.probes.wait import Waiting

PhaseCallback = Callable[[str, str], None]
"""Called with a phase (`configuration`, `identity`, a method's id) and its new state."""

_NOT_IN_DOCUMENT = ("no-token-endpoint", "no-authorization-endpoint", "no-device-endpoint")
_THREADS = 20
"""Those beside the probes: issuers, logins, reads. There is one for each probe, since they wait for each other
(`probes.gate`)."""

_THREADS_OF_CALLER = 4
"""The same for each further caller: its secrets, its login and its ways in."""


class Run:
    """One run against one environment.

    Args:
        environment: the environment to probe.
        keys: AWS credentials instead of boto3's chain (those of the embedded AgentCore).
        secrets: secrets passed in memory, by name.
        progress: called when a phase begins or ends.
        experiments: whether to make the additional calls that settle a cause.
        stop: ends the run when it is set from another thread. A run that fails does not set it: other runs may
            share it.
        controls: how many calls that must be refused are sent.
        logs_in: whether AWS credentials are looked for.
        requests: how many requests may be sent, instead of the environment's number.
        parts: what it reaches others through, instead of the environment's own.
        id: a UUID in hexadecimal, the run's own; None makes one.
    """

    def __init__(  # noqa: PLR0913  (keyword arguments)
        self,
        environment: Environment,
        *,
        keys: AwsKeys | None = None,
        secrets: Mapping[str, Secret] | None = None,
        progress: PhaseCallback | None = None,
        experiments: bool = True,
        stop: threading.Event | None = None,
        controls: ControlLevel = "all",
        logs_in: bool = True,
        requests: int | None = None,
        parts: Parts | None = None,
        id: str | None = None,
    ) -> None:
        self._id = id or uuid4().hex
        self._environment = environment
        self._controls: ControlLevel = controls
        self._experiments = experiments
        self._progress = progress or (lambda phase, state: None)
        self._stop = RunStop(stop)
        self._keys = keys
        if parts is None:
            prompt = partial(self._progress, PROMPT)
            aws = Aws(environment, keys, prompt, logs_in=logs_in)
            parts = Parts(
                aws,
                SecretStore(aws, secrets or {}, self._stop),
                Person(
                    prompt,
                    self._stop,
                    environment.limits.login_seconds,
                    texts=person_texts(environment.language),
                ),
                Evidence(environment.limits, aws.ca_bundle, requests or request_limit(environment)),
            )
        self._aws, self._store, self._person = parts.aws, parts.store, parts.person
        self._evidence, self._run_command = parts.evidence, parts.run_command

    def observe(self, only: str | None = None, change: str | None = None) -> RunRecord:
        """The record of this run.

        Args:
            only: the id of the one method to probe, with the methods that its judgement needs; None probes all.
            change: the factor of `only`'s first request to change in one more call.

        Raises:
            InputError: a secret that the environment refers to cannot be read, or `change` cannot be made.
            StoppedError: the run was stopped.
        """
        started = datetime.now(UTC)
        try:
            record = self._observe(started, only, change)
            self._stop.check()
            return record
        finally:
            self._evidence.close()

    def wait(self, minutes: float, report: Callable[[Waiting], None]) -> None:
        """Waits until a deployment has ended and the targets can be called (`probes.wait`), with this run's login.

        Args:
            minutes: how long to wait at most.
            report: called each time that the targets were looked at.

        Raises:
            InputError: a secret cannot be read, or the region is missing.
            StoppedError: the run was stopped.
        """
        from agentcore_probe.probes.wait import Readiness, wait_until_callable

        readiness = Readiness(self._environment, self._aws, self._store, self._person)
        wait_until_callable(readiness, 60 * minutes, report, stop=self._stop)

    def _deployed(self, facts: dict[str, Any]) -> Configuration:
        """What is deployed, according to the answers so far."""
        return from_answers(facts)

    def _user_pools(self, deployed: Configuration) -> tuple[Pool, ...] | None:
        """The user pools to read."""
        return pools_of(self._environment, deployed)

    def _give_up(self) -> None:
        """Ends the requests and commands under way, which nobody needs any more."""
        self._stop.set()
        self._evidence.abort()

    def _observe(self, started: datetime, only: str | None, change: str | None) -> RunRecord:
        problem = self._aws.login_problem  # before anything is sent, since it may ask the user
        number = _THREADS + len(METHODS) + _THREADS_OF_CALLER * len(self._environment.identities or ())
        with threads(number, self._give_up) as pool:
            caller = pool.submit(self._aws.caller)
            self._progress("configuration", "begun")
            facts = read_targets(self._environment, self._aws)
            deployed = self._deployed(facts)
            self._evidence.unmasked = deployed.claims_of_rules
            self._progress("configuration", "done")
            issuers = self._read_issuers(pool, deployed)
            login = prepare_login(self._environment, deployed, self._store)
            client = pool.submit(client_facts, login, self._aws)
            policies = pool.submit(read_policies, policy_arns(facts, self._environment), self._aws)
            endpoints = pool.submit(endpoint_policies, self._environment, deployed, self._aws)
            user_pools = pool.submit(read_user_pools, self._user_pools(deployed), self._aws)
            tokens = pool.submit(self._log_in, login, issuers, client)
            methods = select_methods(only, deployed, self._environment.asked_entrances)
            context = ProbeContext(
                self._environment,
                self._aws,
                deployed,
                tokens,
                issuers.public_keys,
                self._stop,
                gate=Gate(methods),
                controls=self._controls,
                expired_token=login.expired_token if login else None,
                run_command=self._run_command,
            )
            callers = self._further_callers(pool, context, issuers, methods)
            rows = Rows(pool, context, self._evidence, methods, progress=self._progress, stop=self._stop)
            callers.start(pool)
            facts["issuers"] = issuers.facts()
            observations = rows.observations(self._deployed(facts))
            identities = callers.records(self._deployed(facts))
            login_result, (arn, refused) = tokens.result(), caller.result()
            facts |= {"policies": policies.result(), "endpointPolicies": endpoints.result()}
            facts["userPools"] = user_pools.result()
            if client.result() is not None:
                facts["client"] = client.result()
        record = RunRecord(
            environment=self._environment,
            provenance=self._provenance(started, arn, problem or refused, only),
            configuration=self._deployed(facts),
            token=token_facts(login_result, deployed.claims_of_rules),
            exchanges=self._evidence.exchanges,
            observations=observations,
            identities=identities,
        )
        return self._with_experiments(record.with_end(datetime.now(UTC)), context, only, change)

    def _provenance(
        self, started: datetime, caller: str | None, aws_login: AwsLogin | None, only: str | None
    ) -> Provenance:
        source = who_answered(self._evidence.exchanges, is_embedded=self._environment.local is not None)
        return Provenance(
            source=source,
            run=self._id,
            started=started,
            caller=caller,
            account=read_arn(caller).account if caller else None,
            tool=f"agentcore-probe {__version__}",
            versions=versions(),
            revision=revision(),
            aws_login=aws_login,
            clock_offset=clock_offset(self._evidence.exchanges),
            only=only,
            notes=proxy_notes(self._evidence.exchanges),
        )

    def _with_experiments(
        self, record: RunRecord, context: ProbeContext, only: str | None, change: str | None
    ) -> RunRecord:
        """The record with the exchanges of the calls that change one factor each."""
        requests = self._evidence.requests
        calls = experiments(record, requests, context) if self._experiments else []
        if only is not None and change is not None:
            calls = [change_request(only, change, requests, context)]
        return self._with_changed(record, calls)

    def _with_changed(self, record: RunRecord, calls: Iterable[Outgoing]) -> RunRecord:
        """The record with the exchanges of these calls, which are sent; without calls, the same record (`findings_of`)."""
        calls = list(calls)
        if not calls:
            return record
        for outgoing in calls:
            self._stop.check()
            assert outgoing.change is not None
            self._progress(outgoing.change.of, f"changed: {outgoing.change.factor}")
            self._evidence.send_changed(outgoing)
        return record.model_copy(update={"exchanges": self._evidence.exchanges}).with_end(datetime.now(UTC))

    def _read_issuers(self, pool: ThreadPoolExecutor, deployed: Configuration) -> Issuers:
        """Begins to read every issuer that the authorizers or the file name."""
        reads = {}
        for number, url in enumerate(discovery_urls(self._environment, deployed)):
            transport = self._evidence.open_transport(f"discovery-{number}" if number else "discovery")
            reads[url] = pool.submit(self._read_issuer, url, transport)
        return Issuers(reads)

    def _read_issuer(self, url: str, transport: Transport) -> dict[str, Any]:
        facts = read_issuer(url, transport)
        self._evidence.collect(transport)
        return facts

    def _further_callers(
        self,
        pool: ThreadPoolExecutor,
        context: ProbeContext,
        issuers: Issuers,
        methods: Iterable[AccessMethod],
    ) -> FurtherCallers:
        """The callers of `[identities.NAME]`, whose secrets are read and whose logins have begun.

        Raises:
            InputError: a secret cannot be read.
        """
        return FurtherCallers(
            context,
            self._evidence,
            methods,
            read_login=lambda environment, table: prepare_login(
                environment, context.configuration, self._store, table
            ),
            log_in=lambda login, phase: self._log_in(login, issuers, id=phase),
            aws_as=self._aws_as,
            pool=pool,
        )

    def _aws_as(self, environment: Environment) -> Aws:
        """Access to AWS as the role of an environment."""
        return Aws(environment, self._keys, partial(self._progress, PROMPT))

    def _log_in(
        self,
        login: PreparedLogin | None,
        issuers: Issuers,
        client: Future[dict[str, Any] | None] | None = None,
        id: str = "identity",
    ) -> Tokens | NoTokens | None:
        """The result of a login, whose exchanges are numbered `id/1` and up."""
        if login is None:
            return None
        self._progress(id, "begun")
        settings = None
        if login.client_secret is None:
            settings = client.result() if client is not None else client_facts(login, self._aws)
        prepared = with_client_secret(login, settings, self._aws)
        if isinstance(prepared, NoTokens):
            return prepared
        transport = self._evidence.open_transport(id)
        document = partial(issuers.document, login.discovery_url)
        tokens = log_in(prepared, self._aws, transport, document, self._person)
        self._evidence.collect(transport)
        if (
            isinstance(tokens, NoTokens)
            and tokens.reason in _NOT_IN_DOCUMENT
            and issuers.is_unreadable(login.discovery_url)
        ):
            tokens = tokens._replace(reason="discovery-unreadable")
        self._progress(id, "done")
        return tokens
