"""Finds command lines that make a request: `curl`, `aws bedrock-agentcore`, `http` of HTTPie."""

from __future__ import annotations

from itertools import islice

from agentcore_probe.judge.reading.commandline import PastedRequest, find_commands

_MAX = 5
"""How many commands of one text are looked at."""


def find_requests(text: str) -> tuple[PastedRequest, ...]:
    """The requests of a text's commands, each once. Never raises."""
    requests: list[PastedRequest] = []
    for command in find_commands(text.replace("\r\n", "\n")):
        if command.pasted is not None and command.pasted not in requests:
            requests.append(command.pasted)
    return tuple(islice(requests, _MAX))


def without_requests(text: str) -> str:
    """The text without its commands."""
    text, end, kept = text.replace("\r\n", "\n"), 0, []
    for command in find_commands(text):
        kept.append(text[end : text.rfind("\n", 0, command.start) + 1])  # nor the prompts before them
        end = command.end
    return "".join([*kept, text[end:]])
