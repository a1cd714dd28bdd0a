"""What AgentCore itself says: Runtime, Gateway, harness, policy engine (docs/agentcore.md sections 2 to 4)."""

from __future__ import annotations

from agentcore_probe.model.sentence import Sentence

SENTENCES: tuple[Sentence, ...] = (
    Sentence(
        literal="authorization method mismatch",
        sender="agentcore",
        service="runtime",
        error_type="AccessDeniedException",
        statuses=(403,),
        example="Authorization method mismatch. The agent is configured for a different authorization method",
    ),
    Sentence(
        literal="value mismatch with configuration",
        pattern=r"(?:OAuth authorization failed: )?Claim ['\"]?[\w.:/-]{1,100}['\"]? value mismatch with configuration\.?",
        sender="agentcore",
        statuses=(401, 403),
        example="OAuth authorization failed: Claim 'client_id' value mismatch with configuration.",
    ),
)
