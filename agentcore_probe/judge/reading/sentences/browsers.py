"""What browsers say when they withhold an answer from a page."""

from __future__ import annotations

from agentcore_probe.model.sentence import Sentence

SENTENCES: tuple[Sentence, ...] = ()
