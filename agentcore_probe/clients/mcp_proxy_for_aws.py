"""MCP Proxy for AWS: a proxy that a host starts, and that signs its calls. It knows no OAuth."""

from __future__ import annotations

from agentcore_probe.clients.settings import PROXY, PROXY_VERSION, signed
from agentcore_probe.model.mcp_client import McpClient, Snippet, Source

CLIENT = McpClient(
    id="mcp-proxy-for-aws",
    name="MCP Proxy for AWS",
    version=PROXY_VERSION,
    revision=None,
    transport=("stdio",),
    logs_in=False,
    starts_on=(),
    resource_lookup="none",
    falls_back_to_origin=False,
    checks_resource=False,
    checks_issuer=False,
    needs_s256_listed=False,
    refuses_list_without_s256=False,
    checks_response_type=False,
    registrations=(),
    takes_typed_id=False,
    registers_at_origin=False,
    redirect_uris=(),
    sends_resource=False,
    scope_sources=(),
    asks_offline_access=False,
    checks_iss=False,
    stops_on_resource_error=False,
    follows_redirects=False,
    uses_default_endpoints=False,
    sources=(
        Source(
            text="PyPI mcp-proxy-for-aws: README, and sigv4_helper.py, which signs each request",
            url="https://github.com/aws/mcp-proxy-for-aws",
            version=PROXY_VERSION,
        ),
    ),
    snippets=(Snippet(way="sigv4", language="json", write=signed, source=PROXY),),
)
