"""A run that sends nothing: the code of a run builds its requests, and each gets a made-up answer."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from agentcore_probe.access.planned import PlannedAws, PlannedPerson, PlannedSecretStore
from agentcore_probe.access.protocol import gateway_url
from agentcore_probe.model.configuration import (
    Authorizer,
    Configuration,
    JwtAuthorizer,
    RuntimeConfiguration,
)
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.model.plan import UNKNOWN_CLIENT, UNKNOWN_GATEWAY, UNKNOWN_ISSUER, UNKNOWN_TARGET
from agentcore_probe.model.pool import Pool, pool_of
from agentcore_probe.model.record import AwsLogin, Provenance
from agentcore_probe.probes.evidence import Evidence
from agentcore_probe.probes.issuers import Issuers, discovery_urls
from agentcore_probe.probes.known import Known
from agentcore_probe.probes.parts import Parts
from agentcore_probe.probes.planned_answers import Branch, PlannedAnswers
from agentcore_probe.probes.run import Run


def with_unknown_issuer(environment: Environment, known: Known) -> Environment:
    """The environment with names for what a run would read from the authorizer before it logs in.

    Args:
        environment: what would be probed.
        known: what is known of it, which needs no such names.
    """
    identity, parts = environment.identity, known.configuration
    if identity is None:
        return environment
    missing = {}
    if identity.client_id is None and None in (parts.authorizer("runtime"), parts.authorizer("gateway")):
        missing["client_id"] = UNKNOWN_CLIENT
    if not discovery_urls(environment, parts):
        missing["discovery_url"] = UNKNOWN_ISSUER
    return environment.model_copy(update={"identity": identity.model_copy(update=missing)})


def _with_gateway_url(environment: Environment, known: Known, aws: PlannedAws) -> Environment:
    """The environment with a URL of its Gateway and a target, also where a run has to read them: the calls count."""
    gateway, deployed, update = environment.gateway, known.configuration.gateway, {}
    if gateway is None:
        return environment
    if gateway_url(environment, known.configuration, aws) is None:
        update["url"] = UNKNOWN_GATEWAY
    if gateway.runtime_target is None and (deployed is None or deployed.targets is None):
        update["runtime_target"] = (deployed and deployed.runtime_target) or UNKNOWN_TARGET
    return environment.model_copy(update={"gateway": gateway.model_copy(update=update)})


class PlannedRun(Run):
    """The run of one branch.

    Args:
        environment: what would be probed.
        known: what is known of it.
        branch: what the targets answer.
        controls: as for `Run`.
        aws: that of the other branch, whose session and clients are used again.

    Attributes:
        aws: what it would read, and with which credentials.
        store: which secrets could not be read.
    """

    def __init__(
        self,
        environment: Environment,
        known: Known,
        branch: Branch,
        *,
        controls: ControlLevel = "all",
        aws: PlannedAws | None = None,
    ) -> None:
        issuer = environment.identity.discovery_url if environment.identity else None
        token = known.made_up_token(known.token, issuer=issuer)
        expired = known.made_up_token(known.token, issuer=issuer, expired=True)
        answers = PlannedAnswers(known, branch, issuer)
        client = known.configuration.client
        self.aws = aws or PlannedAws(environment, answers, client.secret_arn if client else None)
        environment = _with_gateway_url(environment, known, self.aws)
        self.store = PlannedSecretStore(self.aws, {"token": token, "expired token": expired})
        # The limit is applied to the whole plan: which requests it cuts depends on how fast the answers are.
        evidence = Evidence(environment.limits, requests=sys.maxsize, answers=answers)
        parts = Parts(self.aws, self.store, PlannedPerson(), evidence, answers.run_command)
        super().__init__(environment, controls=controls, experiments=False, parts=parts)
        self._known = known
        self._answers = answers

    def _aws_as(self, environment: Environment) -> PlannedAws:
        aws = PlannedAws(environment, self._answers)
        aws.reads = self.aws.reads
        return aws

    def _deployed(self, facts: dict[str, Any]) -> Configuration:  # noqa: ARG002
        return self._known.configuration

    def _user_pools(self, deployed: Configuration) -> tuple[Pool, ...] | None:
        """Also that of the login, where no authorizer is known to name one."""
        pools, identity = super()._user_pools(deployed), self._environment.identity
        own = pool_of((identity and identity.discovery_url) or "")
        return (own,) if pools == () and own is not None else pools

    def _read_issuers(self, pool: ThreadPoolExecutor, deployed: Configuration) -> Issuers:
        """Also the issuer of an authorizer that is not known, where nothing names one."""
        is_known = all(deployed.authorizer(target) for target in ("runtime", "gateway"))
        if not is_known and not discovery_urls(self._environment, deployed):
            unknown = Authorizer(type="CUSTOM_JWT", jwt=JwtAuthorizer(discovery_url=UNKNOWN_ISSUER))
            deployed = Configuration(runtime=RuntimeConfiguration(authorizer=unknown))
        return super()._read_issuers(pool, deployed)

    def _provenance(
        self,
        started: object,  # noqa: ARG002
        caller: str | None,  # noqa: ARG002
        aws_login: AwsLogin | None,
        only: str | None,
    ) -> Provenance:
        return Provenance(aws_login=aws_login, only=only)
