"""What a person is asked to do in a login, in the language of the environment or of the command."""

from __future__ import annotations

from agentcore_probe.access.person import PersonTexts
from agentcore_probe.report.messages import messages


def person_texts(language: str) -> PersonTexts:
    """The texts, whose variables are filled in when they are shown.

    Args:
        language: a code of `model.languages`.
    """
    text, places = messages(language), {name: f"{{{name}}}" for name in ("count", "url", "code")}
    return PersonTexts(
        browser_minutes=text("mcp-login-browser-minutes", places),
        browser_seconds=text("mcp-login-browser-seconds", places),
        device=text("mcp-login-device", places),
        device_page=text("mcp-login-device-page", places),
    )
