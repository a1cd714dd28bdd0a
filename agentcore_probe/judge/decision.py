"""What an answer shows of authorization: accepted, refused or undecided.

The three are defined in docs/diagnosis.md: `refused` is a 401 or 403 from the service,
`accepted` an answer from behind the authorizer, `undecided` everything that says nothing.
"""

from __future__ import annotations

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.environment import Decision

REFUSALS = (
    "AccessDenied", "Unauthorized", "UnrecognizedClient", "InvalidSignature", "ExpiredToken",
    "InvalidClientTokenId", "SignatureDoesNotMatch", "IncompleteSignature", "RequestExpired",
    "MissingAuthenticationToken",
)  # fmt: skip
"""Error types of a refusal; where a line was pasted, they stand for the status that it does not show."""
REFUSED_CODES = {-32001, -32002, "UNAUTHORIZED", "ACCESS_DENIED"}
CONTAINER_CODES = {-32010, -32055, -32505, "AGENT_ERROR"}
"""RuntimeClientError in its forms (docs/agentcore.md section 2.1)."""
_PUBLIC = ("/oauth-protected-resource", "/openid-configuration", "/jwks.json", "/oauth-authorization-server")
BEHIND = {-32600, -32601, -32602, -32700}
"""Errors of a JSON-RPC server: only what stands behind the authorizer speaks JSON-RPC to a caller."""


REFUSAL_WORDS = (
    r"claim '[^']+' value mismatch",
    r"authorization method mismatch",
    r"oauth authorization failed",
    r"(missing|invalid) (authentication|bearer) token",
    r"inbound token",
)
"""What only an authorizer says; it stands for the status where none was shown."""


def decision(case: Case) -> Decision:
    """What `case` shows of authorization by the Runtime's or Gateway's authorizer."""
    answer = case.answer
    if case.exchange.fault is not None or answer.from_aws is False:
        return "undecided"
    if case.service in ("cognito", "oauth") or case.address.path.endswith(_PUBLIC):
        # Logins, and documents that are meant for everybody, ask no authorizer.
        return "undecided"
    if case.address.host_kind in ("control", "aws") and case.address.on_data_path:
        return "undecided"  # another service's answer
    if answer.is_type("RuntimeClientError") or answer.status in (424, 504):
        return "accepted"
    if answer.status in (401, 403):
        return "refused"
    if answer.status is None:
        return _by_type(case)
    if answer.status == 101:
        return "accepted"  # a WebSocket: the handshake is what is authorized
    if 200 <= answer.status < 300:
        return _inside_200(case)
    return "undecided"


def _inside_200(case: Case) -> Decision:
    """No refusal stands inside a 200; some of the service's other errors do (docs/agentcore.md section 2.1)."""
    code = case.code
    if code in REFUSED_CODES and case.answer.message_matches(*REFUSAL_WORDS):
        return "undecided"  # a refusal in words, and a status that says the contrary
    if code is None or code in CONTAINER_CODES or code in BEHIND or case.service != "runtime":
        return "accepted"
    return "undecided"


def _by_type(case: Case) -> Decision:
    """A pasted error line shows no status; its type stands for it."""
    if case.service not in ("runtime", "gateway"):
        return "undecided"  # another API of AWS asks no authorizer of a Runtime or Gateway
    if case.answer.is_type(*REFUSALS) or case.answer.message_matches(*REFUSAL_WORDS):
        return "refused"
    told = case.answer.error_type or case.answer.message
    if case.exchange.response is not None and not told and case.answer.result:
        return "accepted"
    return "undecided"
