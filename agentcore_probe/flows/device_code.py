"""A person logs in on any device: the device authorization grant (RFC 8628)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agentcore_probe.flows.flow import (
    FlowDraft,
    LoginEndpoints,
    LoginFacts,
    LoginSteps,
    NoTokens,
    PreparedLogin,
    checked_person,
    client_secret_keys,
    read_tokens,
)
from agentcore_probe.flows.person import AskPerson, Pause, ShowCode
from agentcore_probe.flows.requests import oauth_request
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.secret import Secret

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_INTERVAL, _SLOW_DOWN = 5.0, 5.0
"""Seconds between two requests, and by how much `slow_down` makes them longer (RFC 8628 sections 3.2, 3.5)."""
_SHORTEST_INTERVAL, _LONGEST_INTERVAL = 1.0, 60.0
"""Whatever a server asks for: a flood of requests helps nobody."""


class DeviceCode:
    """`flow = "device-code"`."""

    id = "device-code"
    preference = 50
    required_keys: tuple[str, ...] = ()

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:
        """Shows a code, then asks the token endpoint until the person has entered it or its time is over."""
        if login.client_id is None:
            return NoTokens("no-client-id")
        start, endpoint = endpoints.endpoint("device_authorization_endpoint"), endpoints.token_endpoint()
        if start is None or endpoint is None:
            return NoTokens("no-token-endpoint" if endpoint is None else "no-device-endpoint")
        yield AskPerson()
        begun = yield oauth_request("device code", start, login, endpoints, login.wanted)
        shown = _shown(begun)
        if shown is None:
            return NoTokens("no-token")
        yield shown
        form: dict[str, str | Secret | None] = {
            "grant_type": _GRANT,
            "device_code": Secret(str(begun["device_code"]), "device code"),
        }
        interval = max(_seconds(begun.get("interval"), _INTERVAL), _SHORTEST_INTERVAL)
        seconds_left = _seconds(begun.get("expires_in"), 600.0)
        is_first = True
        while interval < seconds_left:
            yield Pause(interval)
            seconds_left -= interval
            response = yield oauth_request("token", endpoint, login, endpoints, form, is_poll=not is_first)
            is_first = False
            match response.get("error"):
                case "authorization_pending":
                    pass
                case "slow_down":
                    interval += _SLOW_DOWN
                case None if not response:  # no answer, or not JSON: ask less often (RFC 8628 section 3.5)
                    interval = min(2 * interval, _LONGEST_INTERVAL)
                case _:
                    tokens = read_tokens(response, access="access_token", id="id_token")
                    return checked_person(tokens, login.identity.username)
        return NoTokens("device-code-expired")

    def check_settings(
        self,
        identity: Identity,  # noqa: ARG002
        configuration: Configuration,  # noqa: ARG002
    ) -> Iterator[ConfigurationFinding]:
        """None of its settings can be read."""
        yield from ()

    def is_allowed(self, facts: LoginFacts) -> bool | None:  # noqa: ARG002
        """Never drafted: Cognito has no such grant, and other providers' settings cannot be read."""
        return False

    def draft(self, facts: LoginFacts) -> FlowDraft:
        """The client's secret, where it has one."""
        return FlowDraft(secrets=client_secret_keys(facts))


FLOW = DeviceCode()


def _shown(begun: dict[str, Any]) -> ShowCode | None:
    """What the person gets to see; None where the answer is an error. Google says `verification_url`."""
    url = begun.get("verification_uri") or begun.get("verification_url")
    code, complete = begun.get("user_code"), begun.get("verification_uri_complete")
    if not (begun.get("device_code") and isinstance(url, str) and isinstance(code, str)):
        return None
    return ShowCode(url, code, complete if isinstance(complete, str) else None)


def _seconds(value: Any, default: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value > 0 else default
