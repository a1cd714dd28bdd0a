"""What configuration and claims say that a method must get, before anyone looks at its answer.

Configuration that is not known gives no prediction, never a guess.
"""

from __future__ import annotations

from datetime import datetime

from agentcore_probe.judge.token_rules import check_token, first_failure
from agentcore_probe.model.configuration import Authorizer, Configuration
from agentcore_probe.model.environment import Decision
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Check, Prediction
from agentcore_probe.model.methods import AccessMethod


def predict(
    method: AccessMethod,
    configuration: Configuration,
    token: TokenFacts | None,
    now: datetime | None,
) -> Prediction:
    """The decision that `method` must get, the cause where it is a refusal, and the fields that say so.

    Args:
        method: the row.
        configuration: what is deployed, as far as it was read.
        token: the token that the method sends, if it sends one.
        now: the time of the call by the service's clock.
    """
    if method.id == "runtime-jwt-raw-arn":
        check = Check(id="arn-not-encoded", passed=False, detail="/runtimes/arn:…")
        return Prediction(decision="undecided", cause="arn-not-encoded", because=(check,))
    authorizer = configuration.authorizer(method.target)
    if authorizer is None:
        return Prediction(decision=None)
    kind = Check(id="authorizer", passed=True, detail=authorizer.type)
    if authorizer.type == "NONE":
        cause = "open-endpoint" if method.auth == "none" else "none"
        return Prediction(decision="accepted", cause=cause, because=(kind,))
    if method.auth == "none":
        return Prediction(decision="refused", cause="credential-missing", because=(kind,))
    if authorizer.type == "CUSTOM_JWT":
        if method.auth == "sigv4":
            return Prediction(decision="refused", cause="sigv4-on-jwt", because=(kind,))
        if method.auth == "forged-jwt":
            return Prediction(decision="refused", cause="signature-invalid", because=(kind,))
        return _token(authorizer, configuration, token, now, kind)
    if method.auth == "sigv4":
        return Prediction(decision="accepted", because=(kind,))
    return Prediction(decision="refused", cause="bearer-on-iam", because=(kind,))


def intended(
    method: AccessMethod,
    configuration: Configuration,
    token: TokenFacts | None = None,
    now: datetime | None = None,
) -> Decision | None:
    """The decision that `method` is there to get, whatever token is at hand.

    It follows from the kind of the deployed authorizer: a target with a JWT authorizer is meant to
    accept this environment's bearer token. Where that is not known, from what the row is for;
    signed rows are for either answer, and get None. What an ID token must get follows from its claims
    and the time, as in `predict`.
    """
    if method.id == "runtime-jwt-raw-arn":
        return "undecided"
    if method.auth == "id-token":
        return predict(method, configuration, token, now).decision
    authorizer = configuration.authorizer(method.target)
    if authorizer is None:
        return "refused" if method.control else "accepted" if method.auth == "jwt" else None
    if authorizer.type == "NONE":
        return "accepted"
    if authorizer.type == "CUSTOM_JWT":
        bound = authorizer.jwt is not None and authorizer.jwt.workload_binding
        return "accepted" if method.auth == "jwt" and not bound else "refused"
    return "accepted" if method.auth == "sigv4" else "refused"


def _token(
    authorizer: Authorizer,
    configuration: Configuration,
    token: TokenFacts | None,
    now: datetime | None,
    kind: Check,
) -> Prediction:
    if token is None:
        return Prediction(decision=None)
    checks = check_token(token, authorizer, configuration.issuer_of(authorizer.jwt), now)
    because = (kind, *(check.as_check() for check in checks))
    failed = first_failure(checks)
    if failed is not None:
        return Prediction(decision="refused", cause=failed.cause, because=because)
    if authorizer.jwt is not None and authorizer.jwt.workload_binding:
        return Prediction(decision="refused", cause="workload-binding", because=because)
    if not {check.field for check in checks} >= _NEEDED or any(check.passed is None for check in checks):
        return Prediction(decision=None, because=because)
    return Prediction(decision="accepted", because=because)


_NEEDED = {"form", "exp", "iss", "kid"}
"""What must be known of any token before it can be said that it passes."""
