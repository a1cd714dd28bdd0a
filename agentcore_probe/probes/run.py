"""Environment -> RunRecord: reads what is deployed, gets a token, asks every method in parallel."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from agentcore_probe import __version__
from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.control_plane import read_client, read_targets
from agentcore_probe.access.identity import Login, NoTokens, Tokens, log_in, prepare
from agentcore_probe.access.oidc import read_issuer
from agentcore_probe.access.secrets import SecretStore
from agentcore_probe.access.transport import Transport
from agentcore_probe.judge.case import Case
from agentcore_probe.judge.find import decision_of
from agentcore_probe.model.configuration import Configuration, Issuer, from_facts
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Exchange, TokenFacts
from agentcore_probe.model.methods import AccessMethod, order
from agentcore_probe.model.record import Observation, Provenance, RunRecord, Source
from agentcore_probe.model.token import masked, unverified_facts
from agentcore_probe.probes.catalogue import ask, chosen
from agentcore_probe.probes.experiments import experiments
from agentcore_probe.probes.scene import Result, Scene
from agentcore_probe.secret import Secret

Progress = Callable[[str, str], None]
"""Told what happens: a phase (`configuration`, `identity`, a method's id) and its state."""


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
        self._aws = Aws(environment, keys)
        self._store = SecretStore(self._aws, secrets or {})
        self._stop = stop or threading.Event()
        self._transports: list[Transport] = []
        self._exchanges: list[Exchange] = []
        self._shown: frozenset[str] = frozenset()

    def observe(self, only: str | None = None) -> RunRecord:
        """The record of this run.

        Args:
            only: the one method to ask, with what its judgement needs; None asks all.

        Raises:
            InputError: a secret that the environment refers to cannot be read.
        """
        started = datetime.now(UTC)
        try:
            return self._observe(started, only)
        except BaseException:
            self._interrupt()
            raise
        finally:
            for transport in self._transports:
                transport.__exit__()

    def _observe(self, started: datetime, only: str | None) -> RunRecord:
        with ThreadPoolExecutor(20, "probe") as pool:
            caller = pool.submit(self._caller)
            self._progress("configuration", "begun")
            facts = self._configuration(pool)
            configuration = from_facts(facts)
            self._shown = configuration.claims_of_rules
            self._progress("configuration", "done")
            login = self._login(configuration)
            client = pool.submit(self._client, login)
            logged_in = pool.submit(self._tokens, login)
            scene = Scene(
                self._environment, self._aws, configuration, logged_in, _public_keys(facts), self._stop
            )
            observations = self._ask_all(pool, scene, only)
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
                versions=_versions(),
                revision=_revision(),
                clock_offset=_clock_offset(self._exchanges),
            ),
            configuration=from_facts(facts),
            token=_facts(tokens, self._shown),
            exchanges=tuple(sorted(self._exchanges, key=_place)),
            observations=observations,
        )
        return self._settled(record, scene).ended(datetime.now(UTC))

    def _settled(self, record: RunRecord, scene: Scene) -> RunRecord:
        """The record with the extra calls that settle what it leaves open."""
        if not self._experiments:
            return record
        sent = {id: outgoing for each in self._transports for id, outgoing in each.sent.items()}
        for outgoing in experiments(record, sent, scene):
            assert outgoing.change is not None
            self._progress(outgoing.change.of, f"changed: {outgoing.change.factor}")
            method = outgoing.change.of.rpartition("/")[0]
            numbers = [_place(each)[2] for each in self._exchanges if each.id.startswith(f"{method}/")]
            with Transport(
                method, self._environment.limits, first=max(numbers) + 1, shown=self._shown
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

    def _configuration(self, pool: ThreadPoolExecutor) -> dict[str, Any]:
        """The deployed Runtime and Gateway, and every issuer that they or the file name."""
        facts = read_targets(self._environment, self._aws)
        urls = list(_discovery_urls(self._environment, from_facts(facts)))
        transports = [self._transport(f"discovery-{n}" if n else "discovery") for n in range(len(urls))]
        facts["issuers"] = list(pool.map(read_issuer, urls, transports))
        for transport in transports:
            self._exchanges += transport.exchanges
        return facts

    def _login(self, configuration: Configuration) -> Login | None:
        identity = self._environment.identity
        if identity is None:
            return None
        issuer = _issuer(identity.discovery_url, configuration)
        return prepare(identity, _only_client(configuration), issuer, self._store)

    def _client(self, login: Login | None) -> dict[str, Any] | None:
        if login is None or login.client_id is None or login.issuer is None:
            return None
        return read_client(login.client_id, login.issuer.discovery_url, self._aws)

    def _tokens(self, login: Login | None) -> Tokens | NoTokens | None:
        if login is None:
            return None
        self._progress("identity", "begun")
        transport = self._transport("identity")
        tokens = log_in(login, self._aws, transport)
        self._exchanges += transport.exchanges
        self._progress("identity", "done")
        return tokens

    def _ask_all(self, pool: ThreadPoolExecutor, scene: Scene, only: str | None) -> tuple[Observation, ...]:
        begun: dict[Future[Result], tuple[AccessMethod, Transport]] = {}
        for method in chosen(only, scene.configuration):
            transport = self._transport(method.id)
            self._progress(method.id, "begun")
            begun[pool.submit(ask, method, scene, transport)] = (method, transport)
        observations = []
        for future in as_completed(begun):
            method, transport = begun[future]
            observations.append(_observation(method, transport, future.result(), scene.configuration))
            self._exchanges += transport.exchanges
            self._progress(method.id, observations[-1].decision)
        return tuple(sorted(observations, key=lambda each: order(each.method)))

    def _transport(self, method: str) -> Transport:
        transport = Transport(method, self._environment.limits, shown=self._shown)
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


def _discovery_urls(environment: Environment, configuration: Configuration) -> dict[str, None]:
    """Every discovery URL once, the authorizers' before the file's own."""
    urls: dict[str, None] = {}
    for part in (configuration.runtime, configuration.gateway):
        jwt = part.authorizer.jwt if part and part.authorizer else None
        if jwt and jwt.discovery_url:
            urls[jwt.discovery_url] = None
    if environment.identity and environment.identity.discovery_url:
        urls[environment.identity.discovery_url] = None
    return urls


def _issuer(wanted: str | None, configuration: Configuration) -> Issuer | None:
    issuers = configuration.issuers
    if wanted is not None:
        return next((each for each in issuers if each.discovery_url == wanted), None)
    return issuers[0] if issuers else None


def _only_client(configuration: Configuration) -> str | None:
    """The app client that both authorizers leave no choice about."""
    allowed: set[str] = set()
    for part in (configuration.runtime, configuration.gateway):
        jwt = part.authorizer.jwt if part and part.authorizer else None
        allowed |= set(jwt.allowed_clients) if jwt else set()
    return allowed.pop() if len(allowed) == 1 else None


def _public_keys(facts: dict[str, Any]) -> dict[str, Any]:
    """The signing keys of every issuer that was read, by `kid`."""
    return {kid: key for issuer in facts["issuers"] for kid, key in issuer.get("jwks", {}).items()}


def _facts(tokens: Tokens | NoTokens | None, shown: frozenset[str]) -> TokenFacts | None:
    if not isinstance(tokens, Tokens):
        return None
    return masked(unverified_facts(tokens.access.reveal()), shown)


def _place(exchange: Exchange) -> tuple[int, str, int]:
    method, _, number = exchange.id.rpartition("/")
    first = {"discovery": -2, "identity": -1}.get(method.split("-")[0], order(method))
    return first, method, int(number)


def _clock_offset(exchanges: list[Exchange]) -> float | None:
    """Seconds that the service is ahead of us: the median over all answers that carry a `Date`."""
    offsets = []
    for exchange in exchanges:
        at, now = exchange.request.at, Case(exchange).now
        if exchange.response and exchange.response.header("date") and at and now:
            # `Date` is cut to the second, so a fresh answer is up to one second behind.
            offsets.append((now - at.replace(microsecond=0)).total_seconds())
    return sorted(offsets)[len(offsets) // 2] if offsets else None


def _versions() -> dict[str, str]:
    packages = ("boto3", "botocore", "requests", "urllib3", "papermill", "nbconvert")
    python = ".".join(str(part) for part in sys.version_info[:3])
    return {"python": python, **{name: metadata.version(name) for name in packages}}


def _revision() -> str | None:
    """The git revision of the checkout that this code runs from, or None."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
