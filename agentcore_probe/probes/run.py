"""Environment -> RunRecord: reads what is deployed, gets a token, asks every method in parallel."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from functools import partial
from typing import Any

from agentcore_probe import __version__
from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.control_plane import read_client, read_targets
from agentcore_probe.access.identity import Login, NoTokens, Tokens, log_in, prepare
from agentcore_probe.access.oidc import read_issuer
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.access.transport import Outgoing, Transport
from agentcore_probe.judge.findings import decision_of
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Exchange, TokenFacts
from agentcore_probe.model.methods import AccessMethod, order
from agentcore_probe.model.record import Observation, Provenance, RunRecord, Source
from agentcore_probe.model.token import masked, unverified_facts
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.experiments import changed, experiments
from agentcore_probe.probes.issuers import Issuers, discovery_urls
from agentcore_probe.probes.provenance import clock_offset, revision, versions
from agentcore_probe.probes.registry import run_probe, select_methods
from agentcore_probe.secret import Secret

Progress = Callable[[str, str], None]
"""Told what happens: a phase (`configuration`, `identity`, a method's id) and its state."""


_Begun = dict[Future[Result], tuple[AccessMethod, Transport]]


class Run:
    """One run against one environment.

    Args:
        environment: where to look.
        keys: AWS credentials in place of boto3's chain (the embedded AgentCore's).
        secrets: secrets handed over in memory, by name.
        source: who answers.
        progress: told what happens.
        experiments: whether to send again, with one thing changed, what would settle a cause.
        stop: set from another thread, it ends what is under way.
    """

    def __init__(  # noqa: PLR0913  (what a run is told, each by name)
        self,
        environment: Environment,
        *,
        keys: AwsKeys | None = None,
        secrets: Mapping[str, Secret] | None = None,
        source: Source = "aws",
        progress: Progress | None = None,
        experiments: bool = True,
        stop: threading.Event | None = None,
    ) -> None:
        self._environment = environment
        self._experiments = experiments
        self._source = source
        self._progress = progress or (lambda phase, state: None)
        self._stop = stop or threading.Event()
        self._aws = Aws(environment, keys)
        self._store = SecretStore(self._aws, secrets or {}, self._stop)
        self._transports: list[Transport] = []
        self._exchanges: list[Exchange] = []
        self._shown: frozenset[str] = frozenset()

    def observe(self, only: str | None = None, change: str | None = None) -> RunRecord:
        """The record of this run.

        Args:
            only: the one method to ask, with what its judgement needs; None asks all.
            change: a factor of `only`'s first request that is changed in one more call.

        Raises:
            InputError: a secret that the environment refers to cannot be read, or `change` cannot be made.
        """
        started = datetime.now(UTC)
        try:
            return self._observe(started, only, change)
        except BaseException:
            self._interrupt()
            raise
        finally:
            for transport in self._transports:
                transport.__exit__()

    def _observe(self, started: datetime, only: str | None, change: str | None) -> RunRecord:
        with ThreadPoolExecutor(20, "probe") as pool:
            caller = pool.submit(self._caller)
            self._progress("configuration", "begun")
            facts = read_targets(self._environment, self._aws)
            deployed = from_answers(facts)
            self._shown = deployed.claims_of_rules
            self._progress("configuration", "done")
            issuers = self._issuers(pool, deployed)
            login = self._login(deployed)
            client = pool.submit(self._client, login)
            logged_in = pool.submit(self._tokens, login, issuers)
            context = ProbeContext(
                self._environment, self._aws, deployed, logged_in, issuers.public_keys, self._stop
            )
            begun = self._begin_all(pool, context, only)
            facts["issuers"] = issuers.facts()
            observations = self._observations(begun, from_answers(facts))
            tokens, arn = logged_in.result(), caller.result()
            if client.result() is not None:
                facts["client"] = client.result()
        record = RunRecord(
            environment=self._environment,
            provenance=Provenance(
                source=self._source,
                started=started,
                caller=arn,
                account=arn.split(":")[4] if arn else None,
                tool=f"agentcore-probe {__version__}",
                versions=versions(),
                revision=revision(),
                clock_offset=clock_offset(self._exchanges),
            ),
            configuration=from_answers(facts),
            token=_facts(tokens, self._shown),
            exchanges=tuple(sorted(self._exchanges, key=_place)),
            observations=observations,
        )
        sent = {id: outgoing for each in self._transports for id, outgoing in each.sent.items()}
        more = experiments(record, sent, context) if self._experiments else []
        if only is not None and change is not None:
            more = [changed(only, change, sent, context)]
        return self._settled(record, more).ended(datetime.now(UTC))

    def _settled(self, record: RunRecord, more: list[Outgoing]) -> RunRecord:
        """The record with these calls, each of which changes one thing."""
        for outgoing in more:
            assert outgoing.change is not None
            self._progress(outgoing.change.of, f"changed: {outgoing.change.factor}")
            method = outgoing.change.of.rpartition("/")[0]
            numbers = [_place(each)[2] for each in self._exchanges if each.id.startswith(f"{method}/")]
            with Transport(
                method, self._environment.limits, first=max(numbers) + 1, unmasked=self._shown
            ) as transport:
                self._transports.append(transport)
                self._exchanges.append(transport.send(outgoing))
        return record.model_copy(update={"exchanges": tuple(sorted(self._exchanges, key=_place))})

    def _caller(self) -> str | None:
        if self._aws.missing_credentials() or self._aws.region is None:
            return None
        answer, _ = self._aws.read("sts", "get_caller_identity")
        arn = str((answer or {}).get("Arn", ""))
        # What is no ARN came from something that is not STS.
        return arn if arn.count(":") >= 5 else None

    def _issuers(self, pool: ThreadPoolExecutor, deployed: Configuration) -> Issuers:
        """Every issuer that the authorizers or the file name, being read."""
        reads = {}
        for number, url in enumerate(discovery_urls(self._environment, deployed)):
            transport = self._transport(f"discovery-{number}" if number else "discovery")
            reads[url] = pool.submit(self._issuer, url, transport)
        return Issuers(reads)

    def _issuer(self, url: str, transport: Transport) -> dict[str, Any]:
        found = read_issuer(url, transport)
        self._exchanges += transport.exchanges
        return found

    def _login(self, deployed: Configuration) -> Login | None:
        identity = self._environment.identity
        if identity is None:
            return None
        url = identity.discovery_url or next(iter(discovery_urls(self._environment, deployed)), None)
        return prepare(identity, _only_client(deployed), url, self._store)

    def _client(self, login: Login | None) -> dict[str, Any] | None:
        if login is None or login.client_id is None or login.discovery_url is None:
            return None
        return read_client(login.client_id, login.discovery_url, self._aws)

    def _tokens(self, login: Login | None, issuers: Issuers) -> Tokens | NoTokens | None:
        if login is None:
            return None
        self._progress("identity", "begun")
        transport = self._transport("identity")
        endpoint = partial(issuers.token_endpoint, login.discovery_url)
        tokens = log_in(login, self._aws, transport, endpoint)
        self._exchanges += transport.exchanges
        self._progress("identity", "done")
        return tokens

    def _begin_all(self, pool: ThreadPoolExecutor, context: ProbeContext, only: str | None) -> _Begun:
        begun: _Begun = {}
        for method in select_methods(only, context.configuration):
            transport = self._transport(method.id)
            self._progress(method.id, "begun")
            begun[pool.submit(run_probe, method, context, transport)] = (method, transport)
        return begun

    def _observations(self, begun: _Begun, configuration: Configuration) -> tuple[Observation, ...]:
        observations = []
        for future in as_completed(begun):
            method, transport = begun[future]
            observations.append(_observation(method, transport, future.result(), configuration))
            self._exchanges += transport.exchanges
            self._progress(method.id, observations[-1].decision)
        return tuple(sorted(observations, key=lambda each: order(each.method)))

    def _transport(self, method: str) -> Transport:
        transport = Transport(method, self._environment.limits, unmasked=self._shown)
        self._transports.append(transport)
        return transport

    def _interrupt(self) -> None:
        """Ends what is under way, so that no thread is waited for."""
        self._stop.set()
        for transport in self._transports:
            transport.abort()


def _observation(
    method: AccessMethod, transport: Transport, result: Result, configuration: Configuration
) -> Observation:
    sent = tuple(transport.exchanges)
    shown = [each.id for each in sent] or ([result.exchange] if result.exchange else [])
    return Observation(
        method=method.id,
        decision=decision_of(sent, configuration),
        exchanges=tuple(shown),
        facts=dict(result.facts),
        not_tried=result.not_tried,
        not_applicable=result.not_applicable,
    )


def _only_client(configuration: Configuration) -> str | None:
    """The app client that both authorizers leave no choice about."""
    allowed: set[str] = set()
    for part in (configuration.runtime, configuration.gateway):
        jwt = part.authorizer.jwt if part and part.authorizer else None
        allowed |= set(jwt.allowed_clients) if jwt else set()
    return allowed.pop() if len(allowed) == 1 else None


def _facts(tokens: Tokens | NoTokens | None, shown: frozenset[str]) -> TokenFacts | None:
    if not isinstance(tokens, Tokens):
        return None
    return masked(unverified_facts(tokens.access.reveal()), shown)


def _place(exchange: Exchange) -> tuple[int, str, int]:
    method, _, number = exchange.id.rpartition("/")
    first = {"discovery": -2, "identity": -1}.get(method.split("-")[0], order(method))
    return first, method, int(number)
