"""What one place of a pasted text says of a request or of its answer."""

from __future__ import annotations

from typing import NamedTuple

from agentcore_probe.judge.reading.commandline import PastedRequest
from agentcore_probe.model.exchange import Fault
from agentcore_probe.model.sentence import FoundSentence


class Part(NamedTuple):
    """One finding; what it does not say is None or empty. `judge.reading.pairing` makes exchanges of them."""

    start: int
    """Where it begins in the text."""
    end: int
    form: str
    """In which form it was found: the name of a row or finder, for tests and evidence."""
    request: PastedRequest | None = None
    """The request that it shows, or a part of it: perhaps the URL alone."""
    status: int | None = None
    headers: dict[str, str] | None = None
    """The answer's headers; None if it shows none."""
    body: str | None = None
    """The answer's body; None if it does not show it."""
    error_type: str = ""
    """The AWS error type."""
    message: str = ""
    """The service's message, where it is shown without its body."""
    operation: str = ""
    """The operation of an AWS API, `InvokeAgentRuntime`."""
    fault: Fault | None = None
    """Why there was no answer."""
    sentence: FoundSentence | None = None
    program: str = ""
    """The kind of client that writes so, where it has a way of its own to show the whole answer: `curl`, `python`."""
