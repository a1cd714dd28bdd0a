"""What the configuration and the token's claims say that a method must get, before its response is considered.

Configuration that is not known gives no prediction, never a guess.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from agentcore_probe.judge.behind_target import (
    auth_behind,
    intended_behind,
    is_behind_target,
    predict_behind,
    signer_behind,
)
from agentcore_probe.judge.oauth_metadata import intended_documents, predict_documents
from agentcore_probe.judge.prediction_by_policies import denies_on_purpose, with_policies
from agentcore_probe.judge.token_rules import check_token, first_failure
from agentcore_probe.model.configuration import Authorizer, Configuration
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Check, Prediction
from agentcore_probe.model.methods import AccessMethod, FixedPrediction, Target, documented_call, is_public


def predict(  # noqa: PLR0913  (the principal by its name)
    method: AccessMethod,
    configuration: Configuration,
    token: TokenFacts | None,
    now: datetime | None,
    sent_at: datetime | None = None,
    *,
    caller: str | None = None,
) -> Prediction:
    """The decision that `method` must get, the cause if it is not an acceptance, and the fields that say so.

    Args:
        method: the access method.
        configuration: what is deployed, as far as it could be read.
        token: the token that the method sends, if it sends one.
        now: the time of the call by the service's clock.
        sent_at: the same by the caller's clock.
        caller: the ARN of the principal that signs the call; None where it is not known.
    """
    if is_public(method):
        return predict_documents(method, configuration)
    own = _by_authorizer(method, configuration, token, now, sent_at)
    own = with_policies(own, method, configuration, caller)
    if not is_behind_target(method):
        return own

    def by_rules(authorizer: Authorizer) -> Prediction:
        if token is None:
            return Prediction(decision=None)
        return _by_rules(token, authorizer, configuration, now, sent_at)

    behind = predict_behind(method, configuration, own, by_rules)
    # The Runtime's resource policy is about whoever makes the call that reaches it.
    auth = auth_behind(method, configuration)
    if auth is None:
        return behind
    signer = signer_behind(configuration, caller)
    return with_policies(behind, documented_call("runtime", auth), configuration, signer, is_direct=False)


def at_gateway(
    method: AccessMethod,
    configuration: Configuration,
    token: TokenFacts | None,
    now: datetime | None,
    sent_at: datetime | None = None,
) -> Prediction:
    """What the Gateway's own authorizer must decide of a call that it forwards; no prediction for any other method.

    Args:
        method: the access method.
        configuration: what is deployed, as far as it could be read.
        token: the token that the method sends, if it sends one.
        now: the time of the call by the service's clock.
        sent_at: the same by the caller's clock.
    """
    if not is_behind_target(method):
        return Prediction(decision=None)
    return _by_authorizer(method, configuration, token, now, sent_at)


def _by_authorizer(
    method: AccessMethod,
    configuration: Configuration,
    token: TokenFacts | None,
    now: datetime | None,
    sent_at: datetime | None,
) -> Prediction:
    """The prediction that follows from the authorizer alone."""
    if method.fixed_prediction is not None:
        return _fixed(method.fixed_prediction)
    authorizer = configuration.authorizer(method.target)
    if authorizer is None:
        return Prediction(decision=None)
    kind = Check(id="authorizer", passed=True, detail=authorizer.type)
    if authorizer.type == "NONE":
        return _without_authorizer(method, configuration, kind)
    if method.auth == "none":
        return Prediction(decision="refused", cause="credential-missing", because=(kind,))
    if authorizer.type == "CUSTOM_JWT":
        if method.auth == "sigv4":
            return Prediction(decision="refused", cause="sigv4-on-jwt", because=(kind,))
        if method.auth == "forged-jwt":
            return Prediction(decision="refused", cause="signature-invalid", because=(kind,))
        if token is None:
            return Prediction(decision=None)
        return _by_rules(token, authorizer, configuration, now, sent_at)
    if method.auth == "sigv4":
        return Prediction(decision="accepted", because=(kind,))
    return Prediction(decision="refused", cause="bearer-on-iam", because=(kind,))


def predict_token(token: TokenFacts, configuration: Configuration, now: datetime) -> dict[str, Prediction]:
    """The decision that each target must take about a token, by target."""
    targets: dict[Target, object] = {"gateway": configuration.gateway, "runtime": configuration.runtime}
    return {
        target: predict(documented_call(target, "jwt"), configuration, token, now)
        for target, deployed in targets.items()
        if deployed is not None
    }


def intended(
    method: AccessMethod,
    configuration: Configuration,
    token: TokenFacts | None = None,
    now: datetime | None = None,
    *,
    caller: str | None = None,
) -> Decision | None:
    """The decision that the deployed authorizer is meant to give `method`, whatever token there is.

    It follows from the kind of the authorizer: a target with a JWT authorizer is meant to accept this environment's
    token, even if its rules must refuse it. If the kind is not known, it follows from the credential: a control is
    meant to be refused, a bearer token accepted, and a signed call may get either. An ID token is the exception: what
    it is meant to get follows from its claims and the time, as in `predict`. Whom a resource policy denies, and
    what it denies beside invocations, is meant to be refused, too.

    Args:
        method: the access method.
        configuration: what is deployed, as far as it could be read.
        token: the token that the method sends; needed for an ID token only.
        now: the time of the call; needed for an ID token only.
        caller: the ARN of the principal that signs the call; None where it is not known.

    Returns:
        None if either decision is fine.
    """
    if method.fixed_prediction is not None:
        return method.fixed_prediction.decision
    if method.meant is not None:
        return method.meant
    if is_public(method):
        return intended_documents(method, configuration)
    if method.auth == "id-token":
        return predict(method, configuration, token, now).decision
    if denies_on_purpose(method, configuration, caller):
        return "refused"
    authorizer = configuration.authorizer(method.target)
    if authorizer is None:
        return "refused" if method.control else "accepted" if method.auth == "jwt" else None
    if authorizer.type == "NONE":
        if (behind := intended_behind(method, configuration)) is not None:
            return behind
        is_meant_to_be_refused = method.auth != "jwt" and _is_guarded(method, configuration)
        return "refused" if is_meant_to_be_refused else "accepted"
    if authorizer.type == "CUSTOM_JWT":
        bound = authorizer.jwt is not None and authorizer.jwt.workload_binding
        return "accepted" if method.auth == "jwt" and not bound else "refused"
    return "accepted" if method.auth == "sigv4" else "refused"


def _without_authorizer(method: AccessMethod, configuration: Configuration, kind: Check) -> Prediction:
    """Everyone is accepted, unless something behind the authorizer NONE decides."""
    if _is_guarded(method, configuration):
        return Prediction(decision=None, because=(kind,))
    cause = "open-endpoint" if method.auth == "none" else "none"
    return Prediction(decision="accepted", cause=cause, because=(kind,))


def _is_guarded(method: AccessMethod, configuration: Configuration) -> bool:
    """Whether an interceptor or a policy engine decides about callers of a Gateway that checks none itself."""
    gateway = configuration.gateway
    return method.target == "gateway" and gateway is not None and gateway.is_guarded


def _fixed(prediction: FixedPrediction) -> Prediction:
    check = Check(id=prediction.cause, passed=False, detail=prediction.detail)
    return Prediction(decision=prediction.decision, cause=prediction.cause, because=(check,))


def _by_rules(
    token: TokenFacts,
    authorizer: Authorizer,
    configuration: Configuration,
    now: datetime | None,
    sent_at: datetime | None,
) -> Prediction:
    """What the rules of a JWT authorizer say of a token; no prediction unless all that is needed is known."""
    issuer = configuration.issuer_of(authorizer.jwt)
    checks = [
        check if check.certain or check.passed else replace(check, passed=None)
        for check in check_token(token, authorizer, issuer, now, sent_at)
    ]
    kind = Check(id="authorizer", passed=True, detail=authorizer.type)
    because = (kind, *(check.as_check() for check in checks))
    failure = first_failure(checks)
    if failure is not None:
        return Prediction(decision="refused", cause=failure.cause, because=because)
    if authorizer.jwt is not None and authorizer.jwt.workload_binding:
        return Prediction(decision="refused", cause="workload-binding", because=because)
    fields = {check.field for check in checks}
    if not fields >= _REQUIRED_FIELDS or any(check.passed is None for check in checks):
        return Prediction(decision=None, because=because)
    return Prediction(decision="accepted", because=because)


_REQUIRED_FIELDS = {"form", "exp", "iss", "kid"}
"""The fields of any token that must have been checked before an acceptance is predicted."""
