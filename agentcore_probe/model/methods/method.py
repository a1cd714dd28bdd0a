"""What an entrance is, and an access method: one way to call a target through it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from agentcore_probe.model.decision import Decision

Target = Literal["gateway", "runtime", "harness", "registry"]
"""What has an authorizer of its own."""
Effect = Literal["none", "session", "tokens"]
"""What an accepted call does: nothing, it starts a session of a Runtime, or it costs a model's tokens."""
UsageLine = Literal[
    "gateway-curl",
    "gateway-signed",
    "runtime-curl",
    "runtime-aws",
    "runtime-card-curl",
    "runtime-card-aws",
    "runtime-ws-curl",
    "gateway-to-runtime-curl",
    "gateway-to-runtime-aws",
    "gateway-passthrough-curl",
    "harness-curl",
    "harness-signed",
    "registry-curl",
    "registry-signed",
]


class Entrance(NamedTuple):
    """A door of an agent: an address with its own protocol and IAM actions, judged by its target's authorizer."""

    id: str
    """The name in the environment file's `entrances`."""
    target: Target
    """Whose authorizer judges its callers."""
    actions: tuple[str, ...]
    """The IAM actions that a signed call needs; without a prefix, of `bedrock-agentcore`."""
    effect: Effect
    requests: int = 0
    """How many requests its methods send at most, beyond those of a run that does not ask for it."""
    caller_requests: int = 0
    """How many each further caller (`[identities.NAME]`) adds at most."""
    invalid_on_purpose: bool = False
    """Whether its requests lack something, so that nothing runs: the service's answer about that shows that it let the
    caller in, unless it gives a forged token the same one (`judge.invalid_requests`)."""
    beside: tuple[str, ...] = ()
    """The methods without which its calls show little, or cannot be made: a run of one method (`--only`) has them, too."""
    on_request: bool = False
    """Whether only an environment whose file names it has it; the others are part of every run."""
    is_public: bool = False
    """Whether it has documents that anyone may read: `accepted` means that they are served, whoever asks."""


class FixedPrediction(NamedTuple):
    """What a method must get, whatever is deployed."""

    decision: Decision
    cause: str
    """The cause by which it is predicted; also the id of the check that says so."""
    detail: str
    """What decides, as it is in the request."""


class AccessMethod(NamedTuple):
    """One way to call a target."""

    id: str
    target: Target
    entrance: str
    """The id of the entrance that it goes through."""
    auth: Literal["jwt", "sigv4", "none", "forged-jwt", "id-token"]
    """The credential that it sends."""
    probe: str
    """The function that sends its requests, as `module:function` in `agentcore_probe.probes`."""
    control: bool = False
    """Whether it is a control, which should be refused whatever is deployed."""
    meant: Decision | None = None
    """What it is meant to get although its caller passes the authorizer; None: what the authorizer says."""
    for_callers: bool = False
    """Whether further callers (`[identities.NAME]`) with this kind of credential make it, too."""
    fixed_prediction: FixedPrediction | None = None
    """Set if its result does not depend on the deployed configuration, since no authorizer is reached."""
    counterparts: tuple[str, ...] = ()
    """The methods of which one must be accepted in the same run for a refusal of this one, or the router's 404, to
    prove anything: a target that refuses everything proves nothing, and neither does one that does not exist."""
    usage: UsageLine | None = None
    """The line under "Practical usage" that makes the same call: it works if this method was accepted."""
