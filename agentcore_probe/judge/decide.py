"""What an answer shows of authorization: accepted, refused or undecided.

The three are defined in docs/diagnosis.md: `refused` is a 401 or 403 from the service,
`accepted` an answer from behind the authorizer, `undecided` everything that says nothing.
"""

from __future__ import annotations

from agentcore_probe.judge.case import Case
from agentcore_probe.model.environment import Decision

REFUSED_CODES = {-32001, -32002, "UNAUTHORIZED", "ACCESS_DENIED"}
CONTAINER_CODES = {-32010, -32055, -32505, "AGENT_ERROR"}
"""RuntimeClientError in its forms (agentcore-facts section 2.1)."""
_PUBLIC = ("/oauth-protected-resource", "/openid-configuration", "/jwks.json", "/oauth-authorization-server")
BEHIND = {-32600, -32601, -32602, -32700}
"""Errors of a JSON-RPC server: only what stands behind the authorizer speaks JSON-RPC to a caller."""


def decision(case: Case) -> Decision:
    """What `case` shows of authorization by the Runtime's or Gateway's authorizer."""
    answer = case.answer
    if case.exchange.fault is not None or answer.from_aws is False:
        return "undecided"
    if case.service in ("cognito", "oauth") or case.address.path.endswith(_PUBLIC):
        # Logins, and documents that are meant for everybody, ask no authorizer.
        return "undecided"
    if answer.is_type("RuntimeClientError") or answer.status in (424, 504):
        return "accepted"
    if answer.status in (401, 403):
        return "refused"
    if answer.status is None:
        return _by_type(case)
    if 200 <= answer.status < 300:
        return _inside_200(case)
    return "undecided"


def _inside_200(case: Case) -> Decision:
    code = case.answer.rpc_code
    if code is None or code in CONTAINER_CODES or code in BEHIND:
        return "accepted"
    if code in REFUSED_CODES and case.service == "runtime":
        return "refused"
    return "undecided" if case.service == "runtime" else "accepted"


def _by_type(case: Case) -> Decision:
    """A pasted error line shows no status; its type stands for it."""
    refusals = (
        "AccessDenied", "Unauthorized", "UnrecognizedClient", "InvalidSignature", "ExpiredToken",
        "InvalidClientTokenId", "SignatureDoesNotMatch", "IncompleteSignature", "RequestExpired",
        "MissingAuthenticationToken",
    )  # fmt: skip
    if case.answer.is_type(*refusals):
        return "refused"
    if case.exchange.response is not None and not case.answer.error_type and case.answer.result:
        return "accepted"
    return "undecided"
