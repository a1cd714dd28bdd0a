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

SEEN_IN_A_LOGIN_ONLY: dict[str, tuple[LocalSetup, str]] = {
    "login-names-another-issuer": (_with("login-names-another-issuer"), "authorization"),
    "iss-missing": (_with("iss-missing"), "authorization"),
}
"""Gateways with a fault that no document shows, and the step at which every client stops there."""
