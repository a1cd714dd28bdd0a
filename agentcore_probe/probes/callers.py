"""Further callers (`[identities.NAME]`): each logs in and makes the genuine calls that it can, beside those of the rows.

No control is sent again: what must be refused does not depend on the caller. The calls begin when the first controls of
their target have been sent, as those of the rows do, and everything runs at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.transport import Transport
from agentcore_probe.flows.flow import NoTokens, PreparedLogin, Tokens
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.identity import Identity, NamedIdentity
from agentcore_probe.model.methods import WAYS_IN, AccessMethod, way_in
from agentcore_probe.model.record import CallerRecord, Observation
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.evidence import Evidence
from agentcore_probe.probes.login import token_facts
from agentcore_probe.probes.observation import observation_of
from agentcore_probe.probes.registry import run_probe

Login = Tokens | NoTokens | None


@dataclass
class _Way:
    """One way in of a caller, and its calls in progress."""

    method: AccessMethod
    transport: Transport
    result: Future[Result]


@dataclass
class _Caller:
    """A caller and what is under way for it."""

    name: str
    context: ProbeContext
    """With its own login and AWS credentials."""
    is_role: bool
    principal: Future[str | None] | None = None
    ways: list[_Way] = field(default_factory=list)


class FurtherCallers:
    """The further callers of a run. Their secrets are read and their logins begun at once.

    Args:
        context: what the probes of the run share.
        evidence: of the run.
        methods: those of the run; a caller makes the calls among them that its kind can, or does not log in.
        read_login: reads the secrets of an environment's identity, which the file has in this table.
        log_in: runs a login under this id.
        aws_as: access to AWS as an environment's role.
        pool: runs the logins.

    Raises:
        InputError: a secret cannot be read.
    """

    def __init__(  # noqa: PLR0913  (what the run does for its own caller, by their names)
        self,
        context: ProbeContext,
        evidence: Evidence,
        methods: Iterable[AccessMethod],
        *,
        read_login: Callable[[Environment, str], PreparedLogin | None],
        log_in: Callable[[PreparedLogin | None, str], Login],
        aws_as: Callable[[Environment], Aws],
        pool: ThreadPoolExecutor,
    ) -> None:
        self._evidence = evidence
        self._methods = {method.id: method for method in methods}
        self._callers: list[_Caller] = []
        environments = {
            name: environment_of(context.environment, identity)
            for name, identity in (context.environment.identities or {}).items()
            if self._methods.keys() & WAYS_IN["token" if identity.role_arn is None else "role"]
        }
        # At the same time: a secret may be the output of a slow command.
        reads = {
            name: pool.submit(read_login, environment, f"identities.{name}")
            for name, environment in environments.items()
            if environment.identity not in (None, context.environment.identity)
        }
        for name, environment in environments.items():
            if environment.identity is None:
                aws = aws_as(environment)
                own = replace(context, environment=environment, aws=aws, login=_nobody())
                principal = pool.submit(_principal, aws)
                self._callers.append(_Caller(name, own, is_role=True, principal=principal))
                continue
            # The caller of the rows has logged in already, perhaps in the browser.
            login = context.login
            if name in reads:
                login = pool.submit(log_in, reads[name].result(), way_in(name, "identity"))
            own = replace(context, environment=environment, login=login)
            self._callers.append(_Caller(name, own, is_role=False))

    def start(self, pool: ThreadPoolExecutor) -> None:
        """Begins the calls of every caller, which `pool` runs."""
        for caller in self._callers:
            ways = WAYS_IN["role" if caller.is_role else "token"]
            for method in (self._methods[id] for id in ways if id in self._methods):
                transport = self._evidence.open_transport(way_in(caller.name, method.id))
                result = pool.submit(_call, method, caller.context, transport)
                caller.ways.append(_Way(method, transport, result))

    def records(self, configuration: Configuration) -> tuple[CallerRecord, ...]:
        """Waits for the calls; what they showed, in the order of the file.

        Args:
            configuration: what is deployed, with the issuers.
        """
        related = self._evidence.exchanges
        return tuple(self._record(caller, configuration, related) for caller in self._callers)

    def _record(
        self, caller: _Caller, configuration: Configuration, related: tuple[Exchange, ...]
    ) -> CallerRecord:
        observations = tuple(self._observations(caller, configuration, related))
        if caller.principal is None:
            token = token_facts(caller.context.tokens, configuration.claims_of_rules)
            return CallerRecord(name=caller.name, kind="token", token=token, observations=observations)
        return CallerRecord(
            name=caller.name,
            kind="role",
            principal=caller.principal.result(),
            aws_login=caller.context.aws.login_problem,
            observations=observations,
        )

    def _observations(
        self, caller: _Caller, configuration: Configuration, related: tuple[Exchange, ...]
    ) -> Iterator[Observation]:
        for way in caller.ways:
            result = way.result.result()
            self._evidence.collect(way.transport)
            observation = observation_of(way.method, way.transport.exchanges, result, configuration, related)
            yield observation.model_copy(update={"method": way_in(caller.name, way.method.id)})


def environment_of(environment: Environment, caller: NamedIdentity) -> Environment:
    """The environment as if this caller were the only one: with its role, or with its login in `[identity]`.

    Args:
        environment: with all of its callers.
        caller: one of them.
    """
    if caller.role_arn is not None:
        own = {"role_arn": caller.role_arn, "external_id": caller.external_id, "identity": None}
        return environment.model_copy(update=own)
    values = {name: getattr(caller, name) for name in Identity.model_fields}
    return environment.model_copy(update={"identity": Identity.model_construct(**values)})


def _nobody() -> Future[Login]:
    """The login of a caller who has none."""
    login: Future[Login] = Future()
    login.set_result(None)
    return login


def _principal(aws: Aws) -> str | None:
    return aws.caller()[0]


def _call(method: AccessMethod, context: ProbeContext, transport: Transport) -> Result:
    """Makes the calls of one way in, once the first controls of its target were sent."""
    context.gate.wait_for_first_controls(method)
    return run_probe(method, context, transport)
