"""A world: what its servers guard, how they answer, what is in front of them, and the verdict that is right.

The right verdict is written down with each world; nothing here asks the product.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["verified", "not-verified", "inconclusive"]
Kind = Literal["sound", "hole", "broken", "unclear"]
"""`sound`: everything is as it should be. `hole`: somebody gets in who must not. `broken`: the configured caller does
not get what it should. `unclear`: one run by one caller cannot tell."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A Gateway or a Runtime."""

    authorizer: Literal["CUSTOM_JWT", "AWS_IAM", "NONE"] = "CUSTOM_JWT"
    weaknesses: frozenset[str] = frozenset()
    """What gets in besides the genuine caller (`tests.worlds.verifier.WEAKNESSES` and `CREDENTIALS`)."""
    open_methods: frozenset[str] = frozenset()
    """JSON-RPC methods that are answered without a check."""
    opens: Literal["never", "cached", "after-first-accepted", "cached-by-claims"] = "never"
    """`cached`: an accepted answer is given to whoever asks the same. `cached-by-claims`: an authorizer remembers
    accepted callers by the claims of their tokens."""
    version: str | None = None
    """The MCP version that it speaks, whatever is asked for."""
    loses_second_page: bool = False
    """The second page of tools is a result without tools."""
    acceptance: str = "json"
    """The form of an accepted answer (`tests.worlds.answers.ACCEPTANCES`)."""
    refusal: str = "challenge"
    """The form of a refusal (`tests.worlds.answers.REFUSALS`)."""
    anonymous_refusal: str | None = None
    """The form of the refusal of a call without a credential, where it differs."""
    forged_refusal: str | None = None
    """The form of the refusal of a token, where it differs."""
    protocol: Literal["HTTP", "MCP", "A2A", "AGUI"] = "HTTP"
    """Of a Runtime."""
    task_state: str | None = "completed"
    """Of the task that an A2A Runtime answers with; None for a result that is an empty object."""
    task_text: str = ""
    """What the agent says of the task."""
    tools: int = 3
    page_size: int = 50
    repeats_cursor: bool = False
    """Every page of tools names the second one as the next."""
    rules: dict[str, Any] = field(default_factory=dict)
    """Further rules of the `customJWTAuthorizer`."""
    interceptor: bool = False
    """Authorizer NONE with an interceptor behind it, which refuses anonymous callers."""
    policy_engine: bool = False
    """The same by a policy engine in ENFORCE mode."""
    flaky: bool = False
    """Every second of two equal calls is refused."""


@dataclass(frozen=True, kw_only=True)
class Front:
    """What is between the caller and both targets."""

    strips_authorization: bool = False
    decodes_path: bool = False
    interim: int | None = None
    """The status of an interim answer (1xx) before every answer."""
    date: str | None = None
    """The `Date` header, where it is not the time."""
    date_offset: float = 0.0
    """Seconds that the `Date` header is ahead of the time."""
    closes_after_answer: bool = False
    """The connection is closed some milliseconds after an answer that promised to keep it."""
    status: int | None = None
    """Every data-plane call gets this status and an HTML page of a proxy."""
    marked: bool = True
    """Whether answers carry AWS's mark, `x-amzn-requestid`."""
    server: str | None = None
    """The server's name, where it gives one."""


@dataclass(frozen=True, kw_only=True)
class World:
    """One world and what is right to say of it."""

    id: str
    kind: Kind
    verdicts: tuple[Verdict, ...]
    """Each of these is right."""
    gateway: Target | None = field(default_factory=Target)
    runtime: Target | None = field(default_factory=Target)
    front: Front = field(default_factory=Front)
    control_plane: Literal["readable", "denied", "another-account"] = "readable"
    token: dict[str, Any] = field(default_factory=dict)
    """Claims that differ from a good token's; times as seconds from now."""
    key_type: Literal["RSA", "EC", "EdDSA"] = "RSA"
    """Of the issuer."""
    tool: str | None = None
    """The tool that the environment file names."""
    requests: int | None = None
    """The limit of requests that the environment file sets."""
    open_targets: tuple[Literal["gateway", "runtime"], ...] = ()
    """Targets of which a control must be reported as accepted."""
    claims: tuple[str, ...] = ()
    """Claims that must be shown."""
    no_claims: tuple[str, ...] = ()
    """Claims that must not be shown."""
    causes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Method -> the causes of which one is right."""
    proven: tuple[str, ...] = ()
    """Methods whose cause must be proven."""
    endpoints: Literal["file", "one-host"] = "file"
    """`one-host`: every service answers on one host and port."""
