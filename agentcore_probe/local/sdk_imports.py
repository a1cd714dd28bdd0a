"""What the SDKs import and the embedded AgentCore rarely or never uses: a fifth of the time until it is loaded."""

from __future__ import annotations

from agentcore_probe.late_imports import LateImports
from agentcore_probe.local.state import ACCOUNT

LATE_IMPORTS = LateImports(
    {
        "bedrock_agentcore.runtime": ".agent_core_runtime_client .shell",  # clients of Runtimes
        "bedrock_agentcore.config_bundle": ".client",
        "bedrock_agentcore.runtime.app": "..config_bundle.client",
        "joserfc._rfc7517.pem": "cryptography.x509",
        "joserfc._rfc7518.oct_key": "cryptography.x509",
        "jwt.algorithms": "cryptography.x509",
        "mcp": ".client._input_required .client.client .client.session .client.session_group .client.stdio",
        "mcp.server": ".mcpserver",  # the server of a higher level
        "moto.core": ".models",  # moto's mock of boto3 and requests
        "moto.core.base_backend": "boto3",
        "moto.core.decorator": "moto.core.models",
        "moto.iam.access_control": "moto.s3.exceptions",
        "moto.iam.models": "cryptography.x509",
        "sse_starlette.sse": "uvicorn.main",  # for its signals, which `local.server` handles itself
        "uvicorn": "uvicorn.main",  # the command
        "werkzeug": ".serving",
    },
    {"moto.core": {"DEFAULT_ACCOUNT_ID": ACCOUNT}},
)
