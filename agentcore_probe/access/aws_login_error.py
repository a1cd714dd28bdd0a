"""The error of what cannot go on without AWS credentials. Apart from `aws_login`, which imports botocore."""

from __future__ import annotations

from agentcore_probe.errors import NoIdentityError
from agentcore_probe.model.record import AwsLogin


class AwsLoginError(NoIdentityError):
    """Something needs AWS credentials, and there are none.

    Args:
        login: the cause; `api` adds its text.
    """

    def __init__(self, login: AwsLogin) -> None:
        self.login = login
        super().__init__(f"no AWS credentials ({login.cause})")
