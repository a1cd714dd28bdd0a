"""What a situation requires: of a row, by its configuration and token; of the configuration, that it has no errors."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from agentcore_probe.judge.comparing.situation import OWN, Situation
from agentcore_probe.judge.configuration import check_configuration
from agentcore_probe.judge.prediction import intended, predict
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.identity import NamedIdentity
from agentcore_probe.model.methods import AccessMethod, caller_of, method, wanted_of
from agentcore_probe.model.record import RunRecord


class Requirement(NamedTuple):
    """What a row must get."""

    decision: Decision | None
    cause: str
    expected: Decision | None
    """By the environment file, else by what the authorizer is meant to do."""


class Row(NamedTuple):
    """A row of a run, and which facts of its calls are not part of the situation."""

    method: AccessMethod
    caller: str
    """The name of a further caller, or `OWN`."""
    other_token: TokenFacts | None
    """The token that was sent, where it is not the caller's access token."""
    now: datetime | None
    """By the service's clock."""
    sent_at: datetime | None
    clock: float
    """Seconds that the service's clock was ahead."""
    principal: str | None = None
    """The ARN of the principal that signed its calls, where it is known."""

    def requirement(self, situation: Situation) -> Requirement:
        """What a situation requires of the row.

        Args:
            situation: the run's own, perhaps with other facts.
        """
        configuration = Configuration.model_validate(situation["configuration"])
        own = situation["tokens"].get(self.caller)
        token = self.other_token or (TokenFacts.model_validate(own) if own else None)
        now = self._now(situation)
        predicted = predict(self.method, configuration, token, now, self.sent_at, caller=self.principal)
        expected = self._wanted(situation)
        if expected is None and self.caller != OWN:
            expected = predicted.decision
        elif expected is None:
            expected = intended(self.method, configuration, token, now, caller=self.principal)
        return Requirement(predicted.decision, predicted.cause, expected)

    def _now(self, situation: Situation) -> datetime | None:
        """The service's time, if its clock were that of the situation."""
        ahead = situation["run"]["clock"] - self.clock
        return self.now + timedelta(seconds=ahead) if self.now is not None else None

    def _wanted(self, situation: Situation) -> Decision | None:
        """What the environment file says of the row."""
        environment = situation["environment"]
        if self.caller != OWN:
            caller = (environment.get("identities") or {}).get(self.caller)
            return wanted_of(NamedIdentity.model_validate(caller), self.method.id) if caller else None
        expectation = environment.get("expect", {}).get(self.method.id)
        return expectation["decision"] if expectation else None


def row_of(id: str, record: RunRecord) -> Row | None:
    """A row whose calls were sent; None for any other.

    Args:
        id: the method, also of a further caller.
        record: the run.
    """
    observation, known = record.observation(id), method(id)
    exchanges = record.of(observation) if observation is not None else ()
    if known is None or not exchanges:
        return None
    caller = caller_of(id) or OWN
    named = record.caller(caller)
    own = record.token if caller == OWN else named.token if named else None
    sent = next((exchange.token for exchange in exchanges if exchange.token is not None), None)
    return Row(
        known,
        caller,
        sent if sent != own else None,
        Case(exchanges[0]).now,
        exchanges[0].request.at,
        record.provenance.clock_offset or 0.0,
        named.principal if named is not None and named.kind == "role" else record.provenance.caller,
    )


def configuration_errors(situation: Situation) -> frozenset[str]:
    """The ids of the errors of a situation's configuration."""
    token = situation["tokens"].get(OWN)
    findings = check_configuration(
        Configuration.model_validate(situation["configuration"]),
        Environment.model_validate(situation["environment"]),
        TokenFacts.model_validate(token) if token else None,
    )
    return frozenset(finding.id for finding in findings if finding.severity == "error")
