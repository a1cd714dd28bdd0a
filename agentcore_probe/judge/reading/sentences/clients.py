"""What clients say themselves, because they sent nothing or hide the answer: SDKs, the AWS CLI, MCP clients, curl."""

from __future__ import annotations

from agentcore_probe.model.sentence import Sentence

SENTENCES: tuple[Sentence, ...] = ()
