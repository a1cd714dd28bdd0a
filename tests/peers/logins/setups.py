"""The embedded AgentCores at which the clients log in: healthy, and with a fault in each step."""

from __future__ import annotations

from agentcore_probe.model.environment import LocalSetup, LoginFeature

LOGIN_FEATURES: tuple[LoginFeature, ...] = (
    "registration",
    "client-metadata",
    "server-metadata",
    "s256",
    "iss",
)
"""Everything that the embedded authorization server can offer to MCP clients."""


def _with(*faults: str, without: tuple[LoginFeature, ...] = ()) -> LocalSetup:
    features = tuple(feature for feature in LOGIN_FEATURES if feature not in without)
    return LocalSetup(cognito="2026", login_server=features, faults=faults)


GATEWAYS: dict[str, LocalSetup] = {
    "healthy": _with(),
    "openid-alone": _with(without=("server-metadata", "iss")),
    **{
        fault: _with(fault)
        for fault in (
            "metadata-missing",
            "challenge-relative",
            "challenge-renamed",
            "resource-mismatch",
            "server-metadata-missing",
            "server-metadata-fails",
            "metadata-issuer-slash",
            "response-type-missing",
            "s256-not-listed",
            "s256-list-absent",
            "registration-missing",
            "registration-refused",
            "registration-uri-unlisted",
            "registered-client-refused",
            "resource-refused",
            "scope-refused",
        )
    },
}
"""Gateways whose documents and settings show how a login ends, by the name of the fault."""

RUNTIMES: dict[str, LocalSetup] = {
    name: GATEWAYS[name].model_copy(update={"protocol": "MCP"})
    for name in ("healthy", "metadata-missing", "resource-mismatch", "registered-client-refused")
}
"""The same for Runtimes."""

SEEN_IN_A_LOGIN_ONLY: dict[str, LocalSetup] = {
    fault: _with(fault) for fault in ("login-names-another-issuer", "iss-missing")
}
"""Gateways with a fault that no document shows: each client stops when the browser comes back."""
