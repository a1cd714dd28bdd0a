"""The user brings a token of any OIDC provider; nothing is sent to get it."""

from __future__ import annotations

from agentcore_probe.flows.flow import (
    FlowFromToken,
    LoginEndpoints,
    LoginFacts,
    LoginSteps,
    PreparedLogin,
    make_tokens,
)


class SuppliedToken(FlowFromToken):
    """`flow = "token"`."""

    id = "token"
    preference = 90
    required_keys: tuple[str, ...] = ("token",)

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:  # noqa: ARG002
        """No request. White space around a token is not part of it (RFC 6750 section 2.1)."""
        yield from ()
        assert login.token is not None
        return make_tokens(login.token.reveal().strip())

    def is_allowed(self, facts: LoginFacts) -> bool | None:  # noqa: ARG002
        """Never known: a service cannot say whether the user has a token. So it is drafted last."""
        return None


FLOW = SuppliedToken()
