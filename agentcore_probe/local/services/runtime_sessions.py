"""The sessions of a Runtime that have an endpoint of their own (docs/agentcore.md section 11.4)."""

from __future__ import annotations

from urllib.parse import quote

from agentcore_probe.local.state import State

_HEADER = "x-amzn-bedrock-agentcore-runtime-session-endpoint-url"
_ANOTHER_PORT = 12_000


class RuntimeSessions:
    """The sessions of a Runtime with `allowedPorts`.

    Args:
        state: what is deployed.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._ids: set[str] = set()

    def __contains__(self, session: str) -> bool:
        return session in self._ids

    @property
    def faults(self) -> set[str]:
        """The faults that the services simulate."""
        return self._state.service_faults

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that an endpoint serves."""
        return tuple(allowed["port"] for allowed in self._state.runtime.get("allowedPorts", ()))

    def named(self, session: str) -> dict[str, str]:
        """The header of an accepted invocation, with the URL of its session's endpoint; empty where there is none.

        Args:
            session: the session's id.
        """
        base, ports = self._state.addresses.session, self.ports
        if base is None or not ports or "session-endpoint-not-named" in self.faults:
            return {}
        self._ids.add(session)
        if "session-endpoint-elsewhere" in self.faults:
            base = "https://sessions.example.org"
        port = _ANOTHER_PORT if "session-port-not-allowed" in self.faults else ports[0]
        return {_HEADER: f"{base}/{quote(session, safe='')}/{port}/"}
