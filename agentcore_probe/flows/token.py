"""The user brings a token of any OIDC provider; nothing is sent to get it."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.flows.flow import (
    FlowDraft,
    LoginEndpoints,
    LoginFacts,
    LoginSteps,
    PreparedLogin,
    make_tokens,
)
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.judgement import ConfigurationFinding


class SuppliedToken:
    """`flow = "token"`."""

    id = "token"
    preference = 90
    required_keys: tuple[str, ...] = ("token",)

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:  # noqa: ARG002
        """No request. White space around a token is not part of it (RFC 6750 section 2.1)."""
        yield from ()
        assert login.token is not None
        return make_tokens(login.token.reveal().strip())

    def check_settings(
        self,
        identity: Identity,  # noqa: ARG002
        configuration: Configuration,  # noqa: ARG002
    ) -> Iterator[ConfigurationFinding]:
        """It depends on no deployed setting."""
        yield from ()

    def is_allowed(self, facts: LoginFacts) -> bool | None:  # noqa: ARG002
        """Never known: a service cannot say whether the user has a token. So it is drafted last."""
        return None

    def draft(self, facts: LoginFacts) -> FlowDraft:  # noqa: ARG002
        """Only the token."""
        return FlowDraft(secrets=("token",))


FLOW = SuppliedToken()
