"""After a fix that changes the credential, the same question is not asked with the old one."""

from __future__ import annotations

import pytest

from agentcore_probe.judge.asked_again import asked_again

URL = "http://127.0.0.1:1/mcp"


@pytest.mark.parametrize(
    ("cause", "options", "then"),
    [
        ("credential-missing", "", " --token-env JWT_TOKEN"),
        ("sigv4-on-jwt", " --sign --profile p", " --profile p --token-env JWT_TOKEN"),
        ("bearer-on-iam", " --token-command 'pass show x' --seconds 5", " --sign --seconds 5"),
        ("bearer-on-iam", " --token-env T", " --sign"),
        ("token-expired", " --token-env T", " --token-env T"),
        ("credential-missing", " --token-env T", " --token-env T"),
    ],
)
def test_the_command_has_the_credential_of_the_fix(cause: str, options: str, then: str) -> None:
    """Any other option stays."""
    assert asked_again(f"agentcore-probe ask {URL}{options}", cause) == f"agentcore-probe ask {URL}{then}"
