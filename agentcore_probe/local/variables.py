"""The environment variables with which AWS clients use the embedded account.

The names are those of botocore: `AWS_ENDPOINT_URL_` and the service id of the service's model.
"""

from __future__ import annotations

from agentcore_probe.local.state import REGION, Addresses

_SERVICES_OF_ACCOUNT = (
    "COGNITO_IDENTITY_PROVIDER",
    "STS",
    "IAM",
    "CLOUDFORMATION",
    "SECRETS_MANAGER",
    "SSM",
)
"""The services on the port that is the account's."""


def aws_variables(
    addresses: Addresses, access_key_id: str, secret_access_key: str, session_token: str | None
) -> dict[str, str]:
    """The variables by name.

    Args:
        addresses: the base URLs of the services.
        access_key_id: the IAM user's access key.
        secret_access_key: its secret.
        session_token: the session token of temporary credentials, or None.
    """
    variables = {
        "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE": addresses.runtime,
        "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": addresses.control,
        **{f"AWS_ENDPOINT_URL_{service}": addresses.aws for service in _SERVICES_OF_ACCOUNT},
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": access_key_id,
        "AWS_SECRET_ACCESS_KEY": secret_access_key,
    }
    if addresses.registry:
        names = ("AGENT_REGISTRY", "AGENT_REGISTRY_CONTROL")
        variables |= {f"AWS_ENDPOINT_URL_{name}": addresses.registry for name in names}
    return variables if session_token is None else {**variables, "AWS_SESSION_TOKEN": session_token}
